namespace NtkTheory.Models

open MathNet.Numerics.LinearAlgebra

/// Finite Markov chains and their stationary laws.
module MarkovChain =

    let private check (transition: Matrix<float>) =
        let rows = transition.RowSums()

        if transition.RowCount <> transition.ColumnCount then
            invalidArg
                (nameof transition)
                $"A transition matrix is square, not {transition.RowCount} x {transition.ColumnCount}."

        if
            transition.Exists(fun p -> not (p >= 0.0))
            || rows.Exists(fun sum -> abs (sum - 1.0) > 1e-9)
        then
            invalidArg (nameof transition) "Each row of a transition matrix is a probability distribution."

    /// The sites that a walk from each site may come to, itself included.
    let private reach (transition: Matrix<float>) =
        let n = transition.RowCount

        let next =
            Array.init n (fun i -> [|
                for j in 0 .. n - 1 do
                    if transition[i, j] > 0.0 then
                        j
            |])

        let from start =
            let seen = Array.zeroCreate<bool> n

            let rec visit site =
                if not seen[site] then
                    seen[site] <- true
                    Array.iter visit next[site]

            visit start
            seen

        Array.init n from

    /// The sets of sites that a walk does not leave again and in which it comes from each site to each other: a
    /// stationary law lives on them, and is unique exactly if there is one.
    let recurrentClasses (transition: Matrix<float>) =
        check transition
        let reach = reach transition
        let sites = [| 0 .. reach.Length - 1 |]

        sites
        |> Array.filter (fun i -> sites |> Array.forall (fun j -> not (reach[i][j]) || reach[j][i]))
        |> Array.groupBy (fun i -> reach[i] |> Array.findIndex id)
        |> Array.map snd

    /// The stationary law of a chain with one recurrent class: pi P = pi with one equation replaced by sum pi = 1.
    /// Throws ArgumentException where there are more classes, and so more laws.
    let stationary (transition: Matrix<float>) =
        let classes = recurrentClasses transition

        if classes.Length > 1 then
            let firsts = classes |> Seq.map (Array.head >> string) |> String.concat ", "

            invalidArg
                (nameof transition)
                $"The chain has {classes.Length} recurrent classes, those of the sites {firsts}."

        let n = transition.RowCount
        let system = transition.Transpose() - Matrix<float>.Build.DenseIdentity n
        system.SetRow(n - 1, Array.create n 1.0)
        let right = Vector<float>.Build.Dense n
        right[n - 1] <- 1.0
        system.Solve(right).ToArray()

    let private atLeastOne name count =
        if count < 1 then
            invalidArg name $"A ring has one site or more, not {count}."

    /// A walk on a ring that goes from k to k - step k or k + step k with probability 1/2 each.
    let ring (steps: int[]) =
        atLeastOne (nameof steps) steps.Length
        let n = steps.Length
        let chain = Matrix<float>.Build.Dense(n, n)

        for k in 0 .. n - 1 do
            let step = (steps[k] % n + n) % n

            for target in [ (k + step) % n; (k - step + n) % n ] do
                chain[k, target] <- chain[k, target] + 0.5

        chain

    /// A walk on a ring that leaves k with probability rate k, between 0 and 1, to either neighbour alike.
    let lazyRing (rates: float[]) =
        atLeastOne (nameof rates) rates.Length

        for rate in rates do
            if not (rate >= 0.0 && rate <= 1.0) then
                invalidArg (nameof rates) $"A rate is between 0 and 1, not {rate}."

        let n = rates.Length
        let chain = Matrix<float>.Build.DenseIdentity n

        for k in 0 .. n - 1 do
            chain[k, k] <- chain[k, k] - rates[k]

            for target in [ (k + 1) % n; (k + n - 1) % n ] do
                chain[k, target] <- chain[k, target] + rates[k] / 2.0

        chain

    /// The ring of 2n sites with steps 1 on the first half and 2 on the second.
    let challenge n =
        ring (Array.init (2 * n) (fun k -> if k < n then 1 else 2))
