printfn "benchmarks"
