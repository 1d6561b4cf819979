namespace NtkTheory.Models

open System

/// Worst cases of the ReLU linearization that need enumeration: unequal outer weights, and two points of the
/// ball. Values are of the network without the factor m^(-1/2), for |x| = 1.
module ReluWorstCase =

    let private ofSign sign (preactivations: float[]) (outer: float[]) =
        Array.zip preactivations outer
        |> Array.filter (fun (_, a) -> float (Math.Sign a) = sign)

    let private subsets (items: 'a[]) =
        seq {
            for mask in 0 .. (1 <<< items.Length) - 1 ->
                [|
                    for i in 0 .. items.Length - 1 do
                        if mask >>> i &&& 1 = 1 then
                            items[i]
                |]
        }

    let private valueOf reach (chosen: (float * float)[]) =
        let norm = sqrt (Array.sumBy (fun (_, a) -> a * a) chosen)
        reach * norm - Array.sumBy (fun (t, a) -> abs (a * t)) chosen

    let private overSigns best = max (best 1.0) (best -1.0)

    /// sup |F - F_0| over the ball for any outer weights: the maximum over same-sign sets S of
    /// B ||a_S|| - sum over S of |a_j t_j|. Exact by enumeration, for at most about 20 neurons of a sign.
    let unequalSup preactivations outer reach =
        overSigns (fun sign ->
            ofSign sign preactivations outer
            |> subsets
            |> Seq.map (valueOf reach)
            |> Seq.max)

    /// A lower bound of the same in O(m log m): the sets that are prefixes in the order of |t_j| / |a_j|.
    let unequalLowerBound preactivations outer reach =
        let best sign =
            let sorted =
                ofSign sign preactivations outer |> Array.sortBy (fun (t, a) -> abs (t / a))

            Seq.init (sorted.Length + 1) (fun k -> valueOf reach (Array.truncate k sorted))
            |> Seq.max

        overSigns best

    /// An upper bound of the same: by B ||a_S|| <= (B^2 mu + ||a_S||^2 / mu) / 2 the sum splits over neurons; the
    /// best of many mu is taken.
    let unequalUpperBound preactivations outer reach =
        let relaxed neurons mu =
            let gain (t, a) =
                max 0.0 (0.5 * a * a / mu - abs (a * t))

            0.5 * reach * reach * mu + Array.sumBy gain neurons

        let best sign =
            let neurons = ofSign sign preactivations outer

            if neurons.Length = 0 then
                0.0
            else
                Seq.init 400 (fun i -> relaxed neurons (1e-4 * 1.05 ** float i)) |> Seq.min

        overSigns best

    /// B sqrt(|S| + |T|) + sum over S of |t| - sum over T of |t|: neurons in S flip at W, those in T do not.
    let private pairValue radius (flipped: float[]) (unflipped: float[]) =
        radius * sqrt (float (flipped.Length + unflipped.Length))
        + Array.sumBy abs flipped
        - Array.sumBy abs unflipped

    /// Whether the neurons can be flipped within the ball: sum t^2 < B^2, or = B^2 where a flip needs only to
    /// touch the hyperplane (t < 0 with the derivative 1 at 0).
    let private canFlip radius (flipped: float[]) =
        let cost = Array.sumBy (fun t -> t * t) flipped

        cost < radius * radius
        || (cost = radius * radius && Array.forall (fun t -> t < 0.0) flipped)

    /// For a set S the best T takes the smallest of the remaining magnitudes.
    let private bestRest radius (flipped: (int * float)[]) (all: (int * float)[]) =
        let rest =
            all
            |> Array.filter (fun (i, _) -> not (Array.exists (fun (k, _) -> k = i) flipped))
            |> Array.sortBy (snd >> abs)

        Seq.init (rest.Length + 1) (fun k -> Array.truncate k rest)
        |> Seq.map (fun chosen -> pairValue radius (Array.map snd flipped) (Array.map snd chosen), chosen)
        |> Seq.maxBy fst

    /// sup |F(V) - F(W) - <grad F(W), V - W>| over V and W in the ball around V0, for outer weights of
    /// magnitude 1 and one sign: the value and the sets S and T. Exact by enumeration, at most about 12 neurons.
    let twoPointSupOfSign sign (preactivations: float[]) (outer: float[]) radius =
        let neurons = ofSign sign preactivations outer |> Array.map fst |> Array.indexed

        subsets neurons
        |> Seq.filter (fun flipped -> canFlip radius (Array.map snd flipped))
        |> Seq.map (fun flipped ->
            let value, rest = bestRest radius flipped neurons
            value, Array.map fst flipped, Array.map fst rest)
        |> Seq.maxBy (fun (value, _, _) -> value)

    /// The larger of both signs.
    let twoPointSup preactivations outer radius =
        overSigns (fun sign -> let value, _, _ = twoPointSupOfSign sign preactivations outer radius in value)

    /// A lower bound in O(m log m): S takes the smallest magnitudes that fit.
    let twoPointLowerBound preactivations outer radius =
        let best sign =
            let sorted = ofSign sign preactivations outer |> Array.map fst |> Array.sortBy abs
            let costs = sorted |> Array.scan (fun sum t -> sum + t * t) 0.0

            let fits =
                (costs |> Array.findIndexBack (fun cost -> cost < radius * radius || cost = 0.0))

            let flipped, rest = Array.splitAt fits sorted
            let sums = rest |> Array.scan (fun sum t -> sum + abs t) 0.0
            let gain = Array.sumBy abs flipped

            sums
            |> Array.mapi (fun k sum -> radius * sqrt (float (fits + k)) + gain - sum)
            |> Array.max

        overSigns best
