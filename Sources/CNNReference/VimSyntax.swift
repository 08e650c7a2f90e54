/// `editors/vim/syntax/cnn.vim`: colours for Vim and Neovim.
enum VimSyntax {
  static var text: String {
    #"""
    " Vim syntax file
    " Language: CNN, a language for convolutional networks
    " The word lists are made from the compiler's tables by `CNN_RECORD=1 swift test --filter Generated`.

    if exists('b:current_syntax')
      finish
    endif

    syntax case match
    syntax sync minlines=50

    \#(keywords("cnnDeclaration", EditorWords.keywords(.declaration)))
    \#(keywords("cnnControl", EditorWords.keywords(.control)))
    \#(keywords("cnnLogic", EditorWords.keywords(.logic)))
    \#(keywords("cnnConstant", EditorWords.keywords(.constant)))
    \#(keywords("cnnLayer", EditorWords.layers.filter { !EditorWords.functions.contains($0) }))
    \#(keywords("cnnWord", EditorWords.words))

    " A keyword of Vim's wins over a match; a name before `(` or a comparison is one by what follows.
    syntax match cnnLayer /\v<(\#(EditorWords.layers.filter(EditorWords.functions.contains).joined(separator: "|")))>/
    syntax match cnnFunction /\v<(\#(EditorWords.functions.joined(separator: "|")))\ze\(/
    syntax match cnnMeasure /\v<(\#(EditorWords.measures.joined(separator: "|")))>\ze\s*[<>=!]/

    syntax match cnnDefinition /\v(<(block|model)\s+)@<=\h\w*/
    syntax match cnnLabel /\v<\h\w*\ze\s*:/
    syntax match cnnOperator /\v-\>|\.\.\<|[|=!<>+*\/%^-]/

    syntax match cnnNumber /\v<\d+(\.\d+)?([eE][+-]?\d+)?[\#(EditorWords.suffixes.joined())]?>/
    syntax match cnnShape /\v<(\d+|_)(x(\d+|_))+>/
    syntax match cnnWildcard /\v<_>/

    syntax match cnnEscape /\v\\./ contained
    syntax region cnnHole matchgroup=cnnBrace start=/{/ end=/}/ contained oneline contains=@cnnValue
    syntax region cnnString start=/"/ skip=/\\./ end=/"/ end=/$/ oneline contains=cnnEscape,cnnHole
    syntax region cnnStringLabel start=/\v"(([^"\\]|\\.)*"\s*:)@=/ skip=/\\./ end=/"/ oneline contains=cnnEscape,cnnHole
    syntax cluster cnnValue contains=cnnNumber,cnnShape,cnnOperator,cnnFunction,cnnConstant,cnnControl,cnnLogic,cnnString

    syntax keyword cnnTodo TODO FIXME NOTE contained
    syntax match cnnComment +//.*$+ contains=cnnTodo,@Spell
    syntax match cnnDocumentation +///.*$+ contains=cnnTodo,@Spell

    highlight default link cnnDeclaration Keyword
    highlight default link cnnControl Conditional
    highlight default link cnnLogic Operator
    highlight default link cnnConstant Boolean
    highlight default link cnnLayer Type
    highlight default link cnnWord Constant
    highlight default link cnnFunction Function
    highlight default link cnnMeasure Identifier
    highlight default link cnnDefinition Function
    highlight default link cnnLabel Label
    highlight default link cnnStringLabel Label
    highlight default link cnnOperator Operator
    highlight default link cnnNumber Number
    highlight default link cnnShape Number
    highlight default link cnnWildcard Special
    highlight default link cnnString String
    highlight default link cnnEscape SpecialChar
    highlight default link cnnBrace Special
    highlight default link cnnTodo Todo
    highlight default link cnnComment Comment
    highlight default link cnnDocumentation SpecialComment

    let b:current_syntax = 'cnn'

    """#
  }

  /// A group of keywords, in lines that can be read.
  private static func keywords(_ group: String, _ words: [String]) -> String {
    var lines: [String] = []
    var line = "syntax keyword \(group)"
    for word in words {
      if line.utf8.count + word.utf8.count >= 100 {
        lines.append(line)
        line = "  \\"
      }
      line += " " + word
    }
    return (lines + [line]).joined(separator: "\n")
  }
}
