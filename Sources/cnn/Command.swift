import CNNCompiler
import CNNModel
import CNNText
import Foundation

@main struct Command {
  static func main() {
    let path = CommandLine.arguments[1]
    let bytes = [UInt8](FileManager.default.contents(atPath: path)!)
    let c = Compilation(path: path, bytes: bytes) { p in
      if let d = FileManager.default.contents(atPath: p) { return .success([UInt8](d)) }
      return .failure(UnreadableFile("no such file"))
    }
    print(DiagnosticRenderer(sources: c.sources, color: false).render(c.diagnostics))
    for m in c.models {
      print(m.network.name, m.network.layers.count, m.network.rows.count)
      if !CommandLine.arguments.contains("-v") { continue }
      let costs = NetworkCosts(m.network)
      for (i, l) in m.network.layers.enumerated() {
        print(m.network.path(of: l), l.output, costs.layers[i].parameters, costs.layers[i].multiplyAdds)
      }
      print(costs.total.parameters, costs.total.multiplyAdds, costs.peakActivationBytes)
    }
  }
}
