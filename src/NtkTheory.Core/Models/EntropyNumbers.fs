namespace NtkTheory.Models

open System

/// Entropy numbers eps_n: the least radius at which 2^n balls, centres anywhere, cover a set. Where they have no
/// closed form, bounds. Source: ORF 543 notes, lecture 11/28.
module EntropyNumbers =

    let private bits n =
        if n < 0 then
            invalidArg (nameof n) $"The number of bits is 0 or more, not {n}."

    /// The largest k with k^d <= 2^n, in integers; d >= 1.
    let integerRoot n d =
        bits n

        if d < 1 then
            invalidArg (nameof d) $"A root of order 1 or more, not {d}."

        let fits (k: bigint) = bigint.Pow(k, d) <= bigint.Pow(2I, n)
        // 2^ceil(n/d) is too large or exact; halve the interval
        let rec search (low: bigint) (high: bigint) =
            if high - low <= 1I then
                low
            else
                let middle = (low + high) / 2I

                if fits middle then
                    search middle high
                else
                    search low middle

        search 1I (bigint.Pow(2I, n / d + 1) + 1I)

    /// An interval of length `length`: half of length 2^-n.
    let interval (length: float) n =
        bits n
        length / 2.0 * Math.ScaleB(1.0, -n)

    /// [-1, 1]^d in the maximum norm: 1/floor(2^(n/d)), and 0 for the point [-1, 1]^0.
    let cube d n =
        if d = 0 then 0.0 else 1.0 / float (integerRoot n d)

    /// Balls of radius eps needed for a box with the given half sides, in the maximum norm.
    let boxCount (halfSides: float[]) eps =
        // a quotient that should be whole may round up by some units in the last place
        halfSides |> Array.fold (fun n s -> n * ceil (s / eps * (1.0 - 4e-16))) 1.0

    /// A box with the given half sides in the maximum norm: the least break point s_i/k whose count is at most 2^n.
    let box (halfSides: float[]) n =
        bits n
        let balls = Math.ScaleB(1.0, n)
        let sides = halfSides |> Array.filter (fun s -> s > 0.0)

        // along one side the least k with a count that is small enough, by bisection: the count grows with k
        let best s =
            let fits k = boxCount sides (s / k) <= balls

            let rec search low high =
                if high - low <= 1.0 then
                    s / low
                else
                    let middle = floor ((low + high) / 2.0)

                    if fits middle then
                        search middle high
                    else
                        search low middle

            if fits 1.0 then search 1.0 (balls + 1.0) else infinity

        if sides.Length = 0 then
            0.0
        else
            sides |> Array.map best |> Array.min

    /// A finite set of reals: the best partition of the sorted points into 2^n runs, centres free, by dynamic
    /// programming over the last run.
    let finiteLine (points: float[]) n =
        bits n
        let sorted = Array.sort points
        let runs = int (min (Math.ScaleB(1.0, n)) (float points.Length))
        let radius i j = (sorted[j] - sorted[i]) / 2.0
        let mutable best = Array.init sorted.Length (radius 0)

        for _ in 2..runs do
            let previous = best

            best <-
                Array.init sorted.Length (fun j ->
                    Seq.init (j + 1) (fun i -> max (if i = 0 then 0.0 else previous[i - 1]) (radius i j))
                    |> Seq.min)

        if points.Length = 0 then 0.0 else Array.last best

    /// { f : f(0) = 0, |f(x) - f(y)| <= |x - y| } on [0, 1] in the sup norm: 1/(n + 1).
    let lipschitz n =
        bits n
        1.0 / float (n + 1)

    /// Lower bound for the l_2 ellipsoid with decreasing semi-axes: max_k 2^{-n/k} (s_1 .. s_k)^{1/k}, by volume.
    let ellipsoidLower (axes: float[]) n =
        bits n
        let logs = axes |> Array.scan (fun sum s -> sum + log s) 0.0

        let bound k =
            exp ((logs[k] - float n * log 2.0) / float k)

        Seq.init axes.Length (fun k -> bound (k + 1)) |> Seq.fold max 0.0

    /// Upper bound for the same: cut after k axes and pack the first k, the least over k, and s_1.
    let ellipsoidUpper (axes: float[]) n =
        bits n
        let logs = axes |> Array.scan (fun sum s -> sum + log s) 0.0

        let cut k =
            let grid = exp ((float n * log 2.0 - logs[k]) / float k) - 1.0 / axes[k - 1]
            let rest = if k = axes.Length then 0.0 else axes[k]

            if grid > 0.0 then
                sqrt ((2.0 / grid) ** 2.0 + rest * rest)
            else
                infinity

        Seq.init axes.Length (fun k -> cut (k + 1))
        |> Seq.fold min (if axes.Length = 0 then 0.0 else axes[0])
