" Colours sample.cnn with the syntax file and holds the result to expected.txt:
"
"   vim -es -u NONE -N --cmd 'let g:folder = "PACKAGE"' --cmd 'let g:report = "REPORT"' -S check_vim.vim
"
" Writes a line to the report for each word of another group and each line that is indented differently.

execute 'set runtimepath^=' . g:folder . '/editors/vim'
filetype plugin indent on
syntax on
execute 'edit ' . g:folder . '/Tests/Editors/sample.cnn'

let s:failures = []
if &filetype !=# 'cnn' || &commentstring !=# '// %s'
  call add(s:failures, 'the file type is ' . &filetype . ', comments are ' . &commentstring)
endif

for s:line in readfile(g:folder . '/Tests/Editors/expected.txt')
  if s:line =~# '^#'
    continue
  endif
  let [s:number, s:word, s:scope, s:group] = split(s:line)
  let s:text = getline(s:number)
  let s:isname = s:word =~# '^\h\w*$' && s:word !=# 'K' && s:word !=# 'M'
  let s:pattern = '\V' . (s:isname ? '\<' : '') . escape(s:word, '\') . (s:isname ? '\>' : '')
  let s:found = synIDattr(synID(s:number, match(s:text, s:pattern) + 1, 1), 'name')
  if s:found !=# (s:group ==# '-' ? '' : s:group)
    call add(s:failures, s:number . ': ' . s:word . ': ' . s:found . ', not ' . s:group)
  endif
endfor

" What people indented is indented so again from the left edge.
for s:file in [expand('%')] + glob(g:folder . '/samples/*.cnn', 0, 1)
  execute 'edit! ' . s:file
  let s:before = getline(1, '$')
  silent %s/^\s\+//e
  silent normal! gg=G
  for s:index in range(len(s:before))
    if getline(s:index + 1) !=# s:before[s:index]
      call add(s:failures, s:file . ':' . (s:index + 1) . ': indented as ' . getline(s:index + 1))
    endif
  endfor
endfor

call writefile(s:failures, g:report)
quitall!
