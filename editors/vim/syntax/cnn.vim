" Vim syntax file
" Language: CNN, a language for convolutional networks
" The word lists are made from the compiler's tables by `CNN_RECORD=1 swift test --filter Generated`.

if exists('b:current_syntax')
  finish
endif

syntax case match
syntax sync minlines=50

syntax keyword cnnDeclaration import let shared block model input output expect where
syntax keyword cnnControl from if then else for in repeat
syntax keyword cnnLogic and or not
syntax keyword cnnConstant on off true false
syntax keyword cnnLayer conv depthwise convtranspose localconv dense lstm gru maxpool avgpool
  \ globalmaxpool globalavgpool adaptivemaxpool adaptiveavgpool mean norm batchnorm instancenorm
  \ groupnorm layernorm lrn normalize scale relu relu6 leakyrelu prelu elu selu celu gelu silu mish
  \ sigmoid hardsigmoid hardswish tanh softplus softsign softshrink hardtanh clip exp log square
  \ reciprocal glu softmax logsoftmax dropout spatialdropout droppath learned coordinates noise
  \ flatten reshape permute identity slice split channelshuffle pixelshuffle pixelunshuffle concat
  \ add multiply subtract divide power maximum minimum average residual attention upsample resize
  \ unpool zeropad reflectpad replicatepad circularpad crop
syntax keyword cnnWord same valid half causal nearest bilinear bicubic area channels cells height
  \ width depth length

" A keyword of Vim's wins over a match; a name before `(` or a comparison is one by what follows.
syntax match cnnLayer /\v<(max|min|sum|sqrt|abs)>/
syntax match cnnFunction /\v<(min|max|abs|floor|ceil|round|sqrt|log2|length|sum|multiple)\ze\(/
syntax match cnnMeasure /\v<(parameters|macs|memory|receptivefield)>\ze\s*[<>=!]/

syntax match cnnDefinition /\v(<(block|model)\s+)@<=\h\w*/
syntax match cnnLabel /\v<\h\w*\ze\s*:/
syntax match cnnOperator /\v-\>|\.\.\<|[|=!<>+*\/%^-]/

syntax match cnnNumber /\v<\d+(\.\d+)?([eE][+-]?\d+)?[BGKM]?>/
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
