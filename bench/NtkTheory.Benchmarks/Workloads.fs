namespace NtkTheory.Benchmarks

open System
open System.Diagnostics
open MathNet.Numerics.LinearAlgebra
open NtkTheory.Models
open NtkTheory.Numerics
open NtkTheory.Sampling

/// The workloads of bench/RESULTS.md: each loads its data, then does its work under the clock.
module Workloads =

    /// Mean seconds of as many runs as fill a tenth of a second: one of those that take longer.
    let private timed work =
        // the last request's garbage is not this one's
        GC.Collect()
        let watch = Stopwatch.StartNew()

        let rec run count =
            let result = work ()
            let elapsed = watch.Elapsed.TotalSeconds

            if elapsed >= 0.1 then
                struct (elapsed / float count, result)
            else
                run (count + 1)

        run 1

    let private execution request =
        Execution.workers (Request.number "threads" request)

    let private reluKernels request =
        let x = Request.matrix "x" (Request.number "n" request) request
        let depth = Request.number "depth" request

        let struct (seconds, kernels) =
            timed (fun () -> ReluGram.kernels (execution request) depth x)

        seconds, Answer.sample kernels.Covariance @ Answer.sample kernels.Tangent

    let private smoothKernels request =
        let x = Request.matrix "x" (Request.number "n" request) request

        let activation =
            if request.Arguments["activation"] = "tanh" then
                Tanh
            else
                Gelu

        let shape = {
            Activation = activation
            Depth = Request.number "depth" request
            WeightVariance = 1.0
            BiasVariance = 0.0
        }

        // the peer makes both kernels at once, we one after the other
        let both () =
            NetworkKernel.gram (execution request) ProcessKernel shape x,
            NetworkKernel.gram (execution request) TangentKernel shape x

        let struct (seconds, (covariance, tangent)) = timed both
        seconds, Answer.sample covariance @ Answer.sample tangent

    let private withMatrix work request =
        let n = Request.number "n" request
        let k = Request.matrix "k" n request
        let struct (seconds, answer) = timed (fun () -> work (execution request) k)
        seconds, answer

    let private openBlas = lazy (OpenBlas.find () |> Option.map Native)

    let private eigenvalues backend execution k =
        [ for value in SymmetricEigen.values execution backend k -> value.Value ]
        |> List.truncate 64

    let private smallest execution k =
        let estimate = SymmetricEigen.smallest execution Managed k
        [ Estimate.lower estimate; Estimate.upper estimate ]

    let private largest execution k = [ (SymmetricEigen.largest execution k).Value ]

    let private solve execution (k: Matrix<float>) =
        match Cholesky.solveOnce execution k (Array.create k.RowCount 1.0) with
        | Some solution -> solution |> List.ofArray |> List.truncate 64
        | None -> failwith "not positive definite"

    /// E[relu relu] and the tangent part of one random network, n x n, from given weights.
    let private empirical request =
        let x = Request.matrix "x" (Request.number "n" request) request
        let w = Request.matrix "w" (Request.number "m" request) request

        let struct (seconds, gram) =
            timed (fun () -> ReluFeatures.tangentGram (execution request) w x)

        seconds, Answer.sample gram

    let private training request =
        let x = Request.matrix "x" (Request.number "n" request) request
        let labels = Request.vector "y" request
        let outer = Request.vector "a" request
        let hidden = Request.vector "w" request

        let run () =
            ReluTraining.descend
                (execution request)
                0.5
                (MatrixView.ofMatrix x)
                labels
                outer
                hidden
                (Request.number "steps" request)

        let struct (seconds, struct (_, norms)) = timed run
        seconds, [ norms[0]; norms[norms.Length / 2]; norms[norms.Length - 1] ]

    let private margin request =
        let x = Request.matrix "x" (Request.number "n" request) request
        let labels = Request.vector "y" request
        let struct (seconds, result) = timed (fun () -> HardMargin.withBias x labels)

        match result with
        | Ok separator -> seconds, [ separator.Margin; separator.Gap ]
        | Error _ -> failwith "not separable"

    let private potential request =
        let x = Request.matrix "x" (Request.number "n" request) request
        let start = Array.create x.ColumnCount 1.0
        let labels = Request.vector "y" request

        let network = {
            Inputs = x
            Labels = labels
            Start = start
            Alpha = 0.1
        }

        let struct (seconds, result) = timed (fun () -> DiagonalNetwork.minimizer network)

        match result with
        | Ok interpolant -> seconds, [ interpolant.Potential; interpolant.Residual ]
        | Error _ -> failwith "inconsistent"

    /// How many draws of the tangent Gram matrix lie farther than the radius from its mean, in Frobenius norm.
    let private concentration request =
        let x = Request.matrix "x" (Request.number "n" request) request
        let mean = Request.matrix "h" x.RowCount request
        let draws = Request.number "draws" request
        let radius = float (Request.number "permille" request) / 1000.0
        let width = Request.number "m" request
        let workers = Request.number "threads" request
        let far = Array.zeroCreate workers

        let work worker =
            let sampler = GramSampler(Lanes.widest (), x, width)
            let gram: Matrix<float> = Matrix<float>.Build.Dense(x.RowCount, x.RowCount)

            for draw in worker..workers .. draws - 1 do
                sampler.Draw(Seed.at draw (Seed.ofInt 1), gram)

                if Spectrum.frobenius (gram - mean) > radius then
                    far[worker] <- far[worker] + 1

        let struct (seconds, ()) =
            timed (fun () -> Execution.run (execution request) workers work)

        seconds, [ float (Array.sum far) / float draws ]

    let private net width depth (values: float[]) =
        let mutable at = 0

        let take count =
            at <- at + count
            Array.sub values (at - count) count

        let layer rows columns = {
            Weights = Array.init rows (fun _ -> take columns)
            Biases = take rows
        }

        let first = layer width 1
        let rest = [ for _ in 2..depth -> layer width width ]

        {
            Hidden = first :: rest
            Output = layer 1 width
        }

    let private regions request =
        let width, depth, nets =
            Request.number "width" request, Request.number "depth" request, Request.number "nets" request

        let values = Request.vector "w" request
        let each = values.Length / nets

        let nets = [|
            for k in 0 .. nets - 1 -> net width depth (Array.sub values (k * each) each)
        |]

        let counts = Array.zeroCreate nets.Length

        let struct (seconds, ()) =
            timed (fun () ->
                Execution.run (execution request) nets.Length (fun k ->
                    counts[k] <- LineRegions.count nets[k] None None))

        seconds, [ for count in counts -> float count ]

    let private pathMoment _ =
        let net = {
            Widths = List.replicate 11 8
            Law = Normal
        }

        let struct (seconds, moment) = timed (fun () -> PathMoments.jacobianFourth net)
        seconds, [ Rational.toFloat moment ]

    let private products request =
        let x = Request.matrix "x" (Request.number "n" request) request

        let struct (seconds, product) =
            timed (fun () -> Product.multiply (execution request) x x)

        seconds, Answer.sample product

    let private grams request =
        let x = Request.matrix "x" (Request.number "n" request) request
        let struct (seconds, gram) = timed (fun () -> Product.gram (execution request) x)
        seconds, Answer.sample gram

    /// Multiplications and additions of a loop of fused operations on registers: the machine's peak, in 1e9 a second.
    let private peak request =
        let execution = execution request

        let struct (seconds, results) =
            timed (fun () ->
                let results = Array.zeroCreate execution.Workers

                Execution.run execution results.Length (fun k ->
                    results[k] <- FmaPeak.run execution.Lanes 20_000_000)

                results)

        // the sums join with factor zero, so that no loop is left out
        let operations = Array.sumBy (fun struct (count, sum) -> count + 0.0 * sum) results
        seconds, [ operations / seconds * 1e-9 ]

    let private native work request =
        match openBlas.Value with
        | Some backend -> withMatrix (work backend) request
        | None -> nan, []

    /// The workloads by name.
    let all: Map<string, Request -> float * float list> =
        Map.ofList [
            "relu", reluKernels
            "smooth", smoothKernels
            "eigenvalues", withMatrix (eigenvalues Managed)
            "eigenvalues-native", native eigenvalues
            "smallest", withMatrix smallest
            "largest", withMatrix largest
            "solve", withMatrix solve
            "empirical", empirical
            "training", training
            "margin", margin
            "potential", potential
            "concentration", concentration
            "regions", regions
            "path-moment", pathMoment
            "product", products
            "gram", grams
            "peak", peak
        ]
