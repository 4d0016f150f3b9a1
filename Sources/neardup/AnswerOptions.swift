import ArgumentParser

/// Whether answers are for people or for programs.
struct AnswerOptions: ParsableArguments {
    @Flag(help: "JSON lines, even on a terminal (the default elsewhere).")
    var json = false

    @Flag(help: "For people, even in a pipe (the default on a terminal).")
    var table = false

    func validate() throws {
        if json, table { throw ValidationError("--json and --table exclude each other") }
    }

    var usesTable: Bool { table || (!json && Console.outputIsTerminal) }
}
