/// `editors/vscode/syntaxes/cnn.tmLanguage.json`: colours for editors that read TextMate grammars.
enum TextMateGrammar {
  static var text: String {
    #"""
    {
      "$schema": "https://raw.githubusercontent.com/martinring/tmlanguage/master/tmlanguage.json",
      "name": "CNN",
      "scopeName": "source.cnn",
      "fileTypes": ["cnn"],
      "patterns": [
        { "include": "#comments" },
        { "include": "#definitions" },
        { "include": "#labels" },
        { "include": "#values" },
        { "include": "#arguments" },
        { "include": "#words" },
        { "include": "#signs" }
      ],
      "repository": {
        "comments": {
          "patterns": [
            { "name": "comment.line.documentation.cnn", "match": "///.*$" },
            { "name": "comment.line.double-slash.cnn", "match": "//.*$" }
          ]
        },
        "definitions": {
          "patterns": [
            {
              "match": "\\b(block)\\s+([A-Za-z_]\\w*)",
              "captures": {
                "1": { "name": "keyword.declaration.cnn" },
                "2": { "name": "entity.name.function.cnn" }
              }
            },
            {
              "match": "\\b(model)\\s+([A-Za-z_]\\w*)(?:\\s*(=)\\s*([A-Za-z_]\\w*))?",
              "captures": {
                "1": { "name": "keyword.declaration.cnn" },
                "2": { "name": "entity.name.type.cnn" },
                "3": { "name": "keyword.operator.cnn" },
                "4": { "name": "entity.name.type.cnn" }
              }
            }
          ]
        },
        "labels": {
          "patterns": [
            { "name": "entity.name.label.cnn", "match": "\\b[A-Za-z_]\\w*(?=\\s*:)" },
            {
              "name": "entity.name.label.cnn",
              "begin": "\"(?=(?:[^\"\\\\]|\\\\.)*\"\\s*:)",
              "end": "\"|$",
              "patterns": [{ "include": "#holes" }]
            }
          ]
        },
        "values": {
          "patterns": [
            {
              "name": "string.quoted.double.cnn",
              "begin": "\"",
              "end": "\"|$",
              "patterns": [{ "include": "#holes" }]
            },
            {
              "name": "constant.numeric.shape.cnn",
              "match": "(?<!\\w)(?:[0-9]+|_)(?:x(?:[0-9]+|_))+(?!\\w)"
            },
            {
              "name": "constant.numeric.cnn",
              "match": "(?<!\\w)[0-9]+(?:\\.[0-9]+)?(?:[eE][+-]?[0-9]+)?([\#(EditorWords.suffixes.joined())])?(?!\\w)",
              "captures": { "1": { "name": "keyword.other.unit.cnn" } }
            },
            { "name": "constant.language.cnn", "match": "\\b(?:\#(alternatives(EditorWords.keywords(.constant))))\\b" },
            { "name": "constant.language.wildcard.cnn", "match": "(?<!\\w)_(?!\\w)" }
          ]
        },
        "holes": {
          "patterns": [
            { "name": "constant.character.escape.cnn", "match": "\\\\." },
            {
              "name": "meta.interpolation.cnn",
              "begin": "\\{",
              "end": "\\}|$",
              "beginCaptures": { "0": { "name": "punctuation.section.interpolation.begin.cnn" } },
              "endCaptures": { "0": { "name": "punctuation.section.interpolation.end.cnn" } },
              "patterns": [
                { "include": "#values" },
                { "include": "#words" },
                { "include": "#signs" }
              ]
            }
          ]
        },
        "arguments": {
          "patterns": [
            {
              "match": "(,)\\s*([A-Za-z_]\\w*)(?=\\s+(?!(?:\#(alternatives(notValues)))\\b)[\\w\"(\\[])",
              "captures": {
                "1": { "name": "punctuation.separator.cnn" },
                "2": { "name": "variable.parameter.cnn" }
              }
            }
          ]
        },
        "words": {
          "patterns": [
            { "name": "keyword.declaration.cnn", "match": "\\b(?:\#(alternatives(EditorWords.keywords(.declaration))))\\b" },
            { "name": "keyword.control.cnn", "match": "\\b(?:\#(alternatives(EditorWords.keywords(.control))))\\b" },
            { "name": "keyword.operator.logical.cnn", "match": "\\b(?:\#(alternatives(EditorWords.keywords(.logic))))\\b" },
            {
              "name": "support.function.cnn",
              "match": "\\b(?:\#(alternatives(EditorWords.functions)))(?=\\()"
            },
            {
              "name": "variable.language.measure.cnn",
              "match": "\\b(?:\#(alternatives(EditorWords.measures)))(?=\\s*[<>=!])"
            },
            {
              "name": "support.class.layer.cnn",
              "match": "(?<![\\w.])(?:\#(alternatives(EditorWords.layers)))\\b"
            },
            {
              "name": "support.constant.cnn",
              "match": "(?<![\\w.])(?:\#(alternatives(EditorWords.words)))\\b"
            }
          ]
        },
        "signs": {
          "patterns": [
            { "name": "keyword.operator.assertion.cnn", "match": "->" },
            { "name": "keyword.operator.pipe.cnn", "match": "\\|" },
            { "name": "keyword.operator.range.cnn", "match": "\\.\\.<" },
            { "name": "keyword.operator.comparison.cnn", "match": "==|!=|<=|>=|<|>" },
            { "name": "keyword.operator.cnn", "match": "[-+*/%^=]" },
            { "name": "punctuation.separator.cnn", "match": "[,:]" }
          ]
        }
      }
    }

    """#
  }

  /// Words that stand between values: a name before one of them is no parameter.
  private static var notValues: [String] {
    EditorWords.keywords(.logic).filter { $0 != "not" } + ["then", "else", "in"]
  }

  private static func alternatives(_ words: [String]) -> String { words.joined(separator: "|") }
}
