import CNNBackends
import CNNModel
import CNNText
import Foundation
import Testing

/// The reports for machines: JSON, CSV and Markdown say what the network says.
@Suite struct ReportMachineTests {
  private static let samples: [ReportSample] = [
    .mnist, .alexnet, .resnet, .unet, .yolo, .twins, .wideLetters, .line, .volume, .incomplete, .nothing,
  ]

  private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()
  private static let schema = root.appendingPathComponent("grammar/report.schema.json")

  @Test(arguments: samples + [.sizes])
  func jsonFollowsItsSchema(sample: ReportSample) throws {
    let schema = try json(String(contentsOf: Self.schema, encoding: .utf8))
    for layout in ReportOptions.Layout.allCases {
      let value = try json(report(sample.model(), ReportOptions(format: .json, layout: layout)))
      #expect(SchemaCheck(root: schema).problems(of: value, schema, at: "$") == [], "\(sample)")
    }
  }

  @Test func theSchemaCheckFindsFaults() throws {
    let schema = try json(String(contentsOf: Self.schema, encoding: .utf8))
    let text = try report(ReportSample.mnist.model(), ReportOptions(format: .json))
    let faults = [
      ("\"macs\": 627200", "\"macs\": -1"), ("\"macs\": 627200", "\"macs\": \"many\""), ("\"kind\": ", "\"kid\": "),
      ("\"receptive_field\": \"full\"", "\"receptive_field\": \"half\""), ("\"complete\": true,", ""),
      ("\"line\": 5", "\"line\": 0"),
    ]
    for (found, fault) in faults {
      #expect(text.contains(found), "\(found)")
      let value = try json(text.replacing(found, with: fault, maxReplacements: 1))
      #expect(SchemaCheck(root: schema).problems(of: value, schema, at: "$") != [], "\(fault)")
    }
  }

  /// The same with Python's jsonschema, where it is installed.
  @Test func jsonFollowsItsSchemaForOthers() throws {
    guard try python(["-c", "import jsonschema"]) == 0 else {
      print("skipped: Python's jsonschema is not installed")
      return
    }
    for sample in Self.samples {
      let file = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
      defer { try? FileManager.default.removeItem(at: file) }
      try report(sample.model(), ReportOptions(format: .json)).write(to: file, atomically: true, encoding: .utf8)
      let program = """
        import json, sys, jsonschema
        schema = json.load(open(sys.argv[1]))
        jsonschema.Draft202012Validator.check_schema(schema)
        jsonschema.validate(json.load(open(sys.argv[2])), schema, jsonschema.Draft202012Validator)
        """
      #expect(try python(["-c", program, Self.schema.path, file.path]) == 0, "\(sample)")
    }
  }

  private func python(_ arguments: [String]) throws -> Int32 {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["python3"] + arguments
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    return process.terminationStatus
  }

  @Test(arguments: samples)
  func layersAddUpToTheTotals(sample: ReportSample) throws {
    let model = try sample.model()
    let value = try json(report(model, ReportOptions(format: .json)))
    let layers = try #require(value["layers"] as? [[String: Any]])
    let totals = try #require(value["totals"] as? [String: Any])
    for key in ["parameters", "macs", "statistics"] {
      #expect(layers.reduce(0) { $0 + ($1[key] as? Int ?? 0) } == totals[key] as? Int, "\(key) of \(sample)")
    }
    for layer in layers {
      let output = layer["output"] as? [Int] ?? []
      #expect(output.reduce(1, *) == layer["neurons"] as? Int, "\(layer)")
      let weights = layer["weights"] as? [[String: Any]] ?? []
      let count = weights.reduce(0) { $0 + (($1["shape"] as? [Int])?.reduce(1, *) ?? 0) }
      #expect(count == (layer["parameters"] as? Int ?? 0) + (layer["statistics"] as? Int ?? 0), "\(layer)")
    }
    for block in value["blocks"] as? [[String: Any]] ?? [] {
      let range = try #require(block["layers"] as? [Int])
      for key in ["parameters", "macs"] {
        let sum = layers[range[0]..<range[1]].reduce(0) { $0 + ($1[key] as? Int ?? 0) }
        #expect(sum == block[key] as? Int, "\(block)")
      }
    }
    if sample != .incomplete {
      #expect(totals["parameters"] as? Int == Int(NetworkCosts(model.network).total.parameters))
    }
  }

  @Test func linesPaddingAndFields() throws {
    let source = """
      model M {
        input 9x9x3
        conv 4, 3x3, stride 2, pad [0, 1, 2, 3]
        globalavgpool keep
        upsample 2
      }
      """
    let layers = try #require(json(report(input(source), ReportOptions(format: .json)))["layers"] as? [[String: Any]])
    #expect(layers.map { $0["line"] as? Int } == [3, 4, 5])
    #expect(layers.map { $0["pad"] as? [Int] } == [[0, 1, 2, 3], nil, nil])
    let field = try #require(layers[0]["receptive_field"] as? [String: [Int]])
    #expect(field == ["size": [3, 3], "stride": [2, 2], "start": [0, -2]])
    #expect(layers[1]["receptive_field"] as? String == "full")
    #expect(layers[2]["receptive_field"] is NSNull)
  }

  @Test(arguments: samples)
  func csvSaysWhatJSONSays(sample: ReportSample) throws {
    let model = try sample.model()
    let layers = try #require(json(report(model, ReportOptions(format: .json)))["layers"] as? [[String: Any]])
    let records = parseCSV(report(model, ReportOptions(format: .csv)))
    #expect(records.count == layers.count + 1)
    let header = try #require(records.first)
    for (record, layer) in zip(records.dropFirst(), layers) {
      #expect(record.count == header.count, "\(record)")
      let fields = Dictionary(uniqueKeysWithValues: zip(header, record))
      for key in ["name", "kind", "arguments"] { #expect(fields[key] == layer[key] as? String, "\(record)") }
      for key in ["parameters", "macs", "neurons", "statistics", "line"] {
        #expect(fields[key].flatMap { Int($0) } == layer[key] as? Int, "\(key) of \(record)")
      }
      let output = (layer["output"] as? [Int] ?? []).map { String($0) }
      #expect(fields["output"] == output.joined(separator: "x"), "\(record)")
    }
  }

  @Test(arguments: samples)
  func markdownAddsUp(sample: ReportSample) throws {
    let model = try sample.model()
    let totals = try #require(json(report(model, ReportOptions(format: .json)))["totals"] as? [String: Any])
    for depth in [ReportOptions.Depth.levels(1), .all] {
      let text = report(model, ReportOptions(format: .markdown, depth: depth))
      let rows = text.split(separator: "\n").filter { $0.hasPrefix("| ") }.map(cells)
      #expect(rows.allSatisfy { $0.count == 7 }, "\(sample)")
      var sums = [0, 0]
      for row in rows.dropFirst(2) where !row[0].hasPrefix("**") && !row[0].hasPrefix("&emsp;") {
        for column in 0...1 { sums[column] += Int(row[3 + column].filter { $0 != "," }) ?? 0 }
      }
      #expect(sums[0] == totals["parameters"] as? Int, "\(sample)")
      #expect(sums[1] == totals["macs"] as? Int, "\(sample)")
    }
  }

  /// The cells of a row of a Markdown table.
  private func cells(_ row: Substring) -> [String] {
    var cells = [""]
    var isEscaped = false
    for character in row.dropFirst().dropLast() {
      if character == "|", !isEscaped { cells.append("") } else { cells[cells.count - 1].append(character) }
      isEscaped = character == "\\" && !isEscaped
    }
    return cells.map { $0.trimmingCharacters(in: .whitespaces) }
  }

  private func parseCSV(_ text: String) -> [[String]] {
    var records: [[String]] = []
    var record = [""]
    var isQuoted = false
    for character in text {
      if character == "\"" {
        // Two quotes within quotes are one: the second opens again what the first closed.
        if !isQuoted, text.contains("\"\""), record[record.count - 1].last == "\u{0}" {
          record[record.count - 1].removeLast()
          record[record.count - 1].append("\"")
        } else if isQuoted {
          record[record.count - 1].append("\u{0}")
        }
        isQuoted.toggle()
      } else if character == ",", !isQuoted {
        record.append("")
      } else if character == "\n", !isQuoted {
        records.append(record.map { $0.filter { $0 != "\u{0}" } })
        record = [""]
      } else {
        record[record.count - 1].append(character)
      }
    }
    return records
  }
}
