" Vim indent file
" Language: CNN, a language for convolutional networks

if exists('b:did_indent')
  finish
endif
let b:did_indent = 1

setlocal indentexpr=CnnIndent(v:lnum)
setlocal indentkeys=0},0],0),0\|,0-,o,O
setlocal autoindent

let b:undo_indent = 'setlocal indentexpr< indentkeys< autoindent<'

if exists('*CnnIndent')
  finish
endif

" A line without what may hold brackets that mean nothing.
function! s:Code(number) abort
  let line = substitute(getline(a:number), '"\(\\.\|[^"\\]\)*"', '', 'g')
  return substitute(line, '//.*$', '', '')
endfunction

" True where a line stands between brackets that a line above opens.
function! s:IsBracketed(number) abort
  call cursor(a:number, 1)
  return searchpair('[\[(]', '', '[\])]', 'bnW') > 0
endfunction

" The first line of what goes on, behind commas, down to a line.
function! s:Start(number) abort
  let start = a:number
  let above = prevnonblank(start - 1)
  while above > 0 && s:Code(above) =~# ',\s*$'
    let start = above
    let above = prevnonblank(start - 1)
  endwhile
  return start
endfunction

" True where a line begins a branch, or a loop or a condition that makes branches.
function! s:MakesBranches(number) abort
  let line = getline(a:number)
  if line =~# '^\s*-\s'
    return 1
  endif
  if line !~# '^\s*\(if\|for\|repeat\)\>'
    return 0
  endif
  return line =~# '{\s*-\s' || (line =~# '{\s*$' && getline(nextnonblank(a:number + 1)) =~# '^\s*-\s')
endfunction

" Two columns more behind an open bracket, two fewer before the one that closes it. The lines below a dash begin where
" the branch does; a branch stands by its join. What goes on behind a comma stands two columns further in.
function! CnnIndent(number) abort
  let above = prevnonblank(a:number - 1)
  if above == 0
    return 0
  endif
  let own = getline(a:number)
  let goeson = 0
  if !s:IsBracketed(a:number)
    let goeson = s:Code(above) =~# ',\s*$'
    let above = s:Code(above) =~# '[{\[(]\s*$' ? above : s:Start(above)
  endif
  let indent = indent(above) + (goeson ? shiftwidth() : 0)
  let code = s:Code(above)
  if code =~# '^\s*-\s'
    let indent += 2
  endif
  if code =~# '[{\[(]\s*$'
    let indent += shiftwidth()
  endif
  if own =~# '^\s*[}\])]'
    let indent -= shiftwidth()
    " The brace that ends a join also ends the branch above it.
    let open = searchpair('[{\[(]', '', '[}\])]', 'bnW')
    return open > 0 ? indent(open) + (getline(open) =~# '^\s*-\s' ? 2 : 0) : indent
  endif
  if s:MakesBranches(a:number)
    call cursor(a:number, 1)
    let open = searchpair('{', '', '}', 'bnW')
    return open > 0 ? indent(open) + (getline(open) =~# '^\s*-\s' ? 2 : 0) + shiftwidth() : indent
  endif
  return indent
endfunction
