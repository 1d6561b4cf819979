namespace NtkTheory.Reference

/// Stochastic gradient descent on least squares by listing every batch.
module Batches =

    /// All subsets of 0 .. m - 1.
    let rec private subsets m =
        if m = 0 then
            [ [] ]
        else
            subsets (m - 1) @ (subsets (m - 1) |> List.map (fun s -> (m - 1) :: s))

    /// Every batch with its probability: each example by itself, or all batches of one size alike.
    let all bernoulli m batch =
        let share = float batch / float m

        if bernoulli then
            [
                for s in subsets m -> share ** float s.Length * (1.0 - share) ** float (m - s.Length), s
            ]
        else
            let fitting = subsets m |> List.filter (fun s -> s.Length = batch)
            [ for s in fitting -> 1.0 / float fitting.Length, s ]

    /// The gradient of a batch, divided by its nominal size.
    let gradient (x: float[][]) (y: float[]) batch (theta: float[]) (chosen: int list) =
        Array.init theta.Length (fun j ->
            chosen
            |> List.sumBy (fun k -> (Seq.sum (Seq.map2 (*) x[k] theta) - y[k]) * x[k][j])
            |> fun sum -> sum / float batch)

    /// The mean of the outer product of the batch gradient with itself.
    let secondMoment bernoulli x (y: float[]) batch (theta: float[]) =
        let drawn = [ for p, s in all bernoulli y.Length batch -> p, gradient x y batch theta s ]

        Array.init theta.Length (fun i ->
            Array.init theta.Length (fun j -> drawn |> List.sumBy (fun (p, g: float[]) -> p * g[i] * g[j])))

    /// Mean and second moments of theta after some steps from a point: the affine maps of all batches applied to the
    /// first two moments, step by step.
    let moments bernoulli (x: float[][]) (y: float[]) batch eta (start: float[]) count =
        let p = start.Length
        let zero = Array.zeroCreate<float> p

        let unit j =
            Array.init p (fun i -> if i = j then 1.0 else 0.0)

        // theta -> theta - eta (g0 + A theta), by the images of 0 and the unit vectors
        let maps = [
            for probability, s in all bernoulli y.Length batch ->
                let g0 = gradient x y batch zero s

                let columns =
                    Array.init p (fun j -> Array.map2 (-) (gradient x y batch (unit j) s) g0)

                probability,
                Array.init p (fun i ->
                    Array.init p (fun j -> (if i = j then 1.0 else 0.0) - eta * columns[j][i])),
                Array.map (fun g -> -eta * g) g0
        ]

        let dot (a: float[]) b = Seq.sum (Seq.map2 (*) a b)

        let average term =
            maps |> List.sumBy (fun (q, m, c) -> q * term m c)

        // E (M theta + c)(M theta + c)^T, entry by entry
        let entry (mean: float[]) (second: float[][]) i j (m: float[][]) (c: float[]) =
            let quadratic =
                Seq.sum (
                    seq {
                        for k in 0 .. p - 1 do
                            for l in 0 .. p - 1 -> m[i][k] * second[k][l] * m[j][l]
                    }
                )

            quadratic + dot m[i] mean * c[j] + c[i] * dot m[j] mean + c[i] * c[j]

        let step (mean, second) _ =
            Array.init p (fun i -> average (fun m c -> dot m[i] mean + c[i])),
            Array.init p (fun i -> Array.init p (fun j -> average (entry mean second i j)))

        let outer = Array.map (fun a -> Array.map (fun b -> a * b) start) start
        Seq.fold step (start, outer) (seq { 1..count })
