module NtkTheory.Core.Tests.Numerics.ExecutionTests

open System
open System.Threading
open NtkTheory.Numerics
open Xunit

let private executions = [ Execution.sequential; Execution.workers 2; Execution.workers 5 ]

/// Runs alone, and while the other threads are kept awake.
let private ways execution = [ (fun work -> work ()); Execution.awake execution ]

[<Fact>]
let ``each job is done once`` () =
    for execution in executions do
        for way in ways execution do
            for count in [ 0; 1; 2; 100 ] do
                let done' = Array.zeroCreate<int> count
                way (fun () -> Execution.run execution count (fun k -> done'[k] <- done'[k] + 1))
                Assert.All(done', (fun times -> Assert.Equal(1, times)))

[<Fact>]
let ``many short runs follow one another`` () =
    for execution in executions do
        let sums = Array.zeroCreate<int> 8

        Execution.awake execution (fun () ->
            for _ in 1..1000 do
                Execution.run execution 8 (fun k -> sums[k] <- sums[k] + k))

        Assert.Equal<int[]>(Array.init 8 (fun k -> 1000 * k), sums)

[<Fact>]
let ``runs inside runs are done`` () =
    for execution in executions do
        let sums = Array.zeroCreate<int> 64

        Execution.awake execution (fun () ->
            Execution.run execution 8 (fun i ->
                Execution.run execution 8 (fun j -> sums[8 * i + j] <- sums[8 * i + j] + 1)))

        Assert.All(sums, (fun times -> Assert.Equal(1, times)))

[<Fact>]
let ``an exception of a job is raised as it is`` () =
    for execution in executions do
        for way in ways execution do
            let fail k =
                if k = 3 then
                    invalidOp "three"

            Assert.Throws<InvalidOperationException>(fun () ->
                way (fun () -> Execution.run execution 10 fail))
            |> ignore

[<Fact>]
let ``cancellation stops the work`` () =
    for execution in executions do
        use source = new CancellationTokenSource()

        let execution = {
            execution with
                Cancellation = source.Token
        }

        let cancelled k =
            if k = 0 then
                source.Cancel()

        Assert.Throws<OperationCanceledException>(fun () -> Execution.run execution 1000 cancelled)
        |> ignore
