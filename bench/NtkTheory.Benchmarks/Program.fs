module NtkTheory.Benchmarks.Program

open System
open System.Globalization
open BenchmarkDotNet.Running

/// Answers requests, one a line, by the seconds they took and the numbers to compare.
let private serve () =
    let text (value: float) =
        value.ToString("R", CultureInfo.InvariantCulture)

    let rec next () =
        match Console.In.ReadLine() with
        | null -> ()
        | line ->
            let request = Request.parse line
            let seconds, answer = Workloads.all[request.Workload] request
            Console.Out.WriteLine(String.Join(' ', List.map text (seconds :: answer)))
            Console.Out.Flush()
            next ()

    next ()

[<EntryPoint>]
let main arguments =
    match arguments with
    | [| "serve" |] -> serve ()
    | _ ->
        BenchmarkSwitcher.FromAssembly(Reflection.Assembly.GetExecutingAssembly()).Run arguments
        |> ignore

    0
