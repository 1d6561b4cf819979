namespace NtkTheory.Models

open MathNet.Numerics.LinearAlgebra

/// A point that meets all distance constraints as well as any point can.
type OnePointExtension = {
    /// p.
    Image: Vector<float>
    /// max_i |p - f_i|^2 - L^2 r_i^2: at most zero exactly if the map extends with constant L.
    Value: float
    /// The same number from below: the dual value of the weights. The two agree up to rounding.
    DualValue: float
    /// Convex weights with p = sum_i weight_i f_i.
    Weights: float[]
}

/// Lipschitz extension of maps between Hilbert spaces, one point at a time (Kirszbraun 1934).
module Kirszbraun =

    let private convex (weights: float[]) (images: Vector<float>[]) : Vector<float> =
        Array.map2 (fun (w: float) (f: Vector<float>) -> f.Multiply w) weights images
        |> Array.reduce (+)

    /// The critical point of sum_i l_i c_i - |sum_i l_i f_i|^2 under sum l = 1 on the active images.
    let private critical (images: Vector<float>[]) (costs: float[]) =
        let k = images.Length

        let entry i j =
            if i < k && j < k then 2.0 * images[i].DotProduct images[j]
            elif i = k && j = k then 0.0
            else 1.0

        let system = Matrix<float>.Build.Dense(k + 1, k + 1, entry)
        let right = Vector<float>.Build.DenseOfArray(Array.append costs [| 1.0 |])
        (system.Solve right).SubVector(0, k).ToArray()

    /// A direction d of weights with sum d = 0 and sum_i d_i f_i = 0, the last entry positive; None where the images are
    /// affinely independent.
    let private dependence (images: Vector<float>[]) =
        let k = images.Length
        let dimension = images[0].Count

        let size =
            images |> Seq.map (fun f -> (f - images[0]).L2Norm()) |> Seq.max |> max 1e-300

        // rows: coordinates of the images in units of their spread, and ones; padded so that there are k rows
        let entry row i =
            if row < dimension then
                (images[i][row] - images[0][row]) / size
            elif row = dimension then
                1.0
            else
                0.0

        let rows = max k (dimension + 1)
        let svd = Matrix<float>.Build.Dense(rows, k, entry).Svd true

        if k < 2 || svd.S[k - 1] > 1e-10 * svd.S[0] then
            None
        else
            let direction = (svd.VT.Row(k - 1)).ToArray()

            Some(
                if direction[k - 1] < 0.0 then
                    Array.map (~-) direction
                else
                    direction
            )

    let private without index items =
        items
        |> Array.indexed
        |> Array.filter (fun (i, _) -> i <> index)
        |> Array.map snd

    /// The last image has joined with weight 0. Where it depends on the others, the dual value grows linearly along their
    /// dependence, at the rate by which the new image is worse: so weights move along it until the first is 0.
    let private independent (images: Vector<float>[]) (active: int[]) (weights: float[]) =
        match dependence (active |> Array.map (fun i -> images[i])) with
        | None -> active, weights
        | Some direction ->
            let reach i =
                if direction[i] < 0.0 then
                    weights[i] / -direction[i]
                else
                    infinity

            let leaving = [| 0 .. active.Length - 1 |] |> Array.minBy reach

            let moved =
                Array.map2 (fun w d -> max 0.0 (w + reach leaving * d)) weights direction

            without leaving active, without leaving moved

    let rec private settle (images: Vector<float>[]) (costs: float[]) (active: int[]) (weights: float[]) =
        let target =
            critical (active |> Array.map (fun i -> images[i])) (active |> Array.map (fun i -> costs[i]))

        if Array.forall (fun t -> t > -1e-14) target then
            active, target |> Array.map (max 0.0)
        else
            let step =
                Array.map2 (fun w t -> if t <= 0.0 then w / (w - t) else 1.0) weights target
                |> Array.min

            let moved = Array.map2 (fun w t -> w + step * (t - w)) weights target

            let leaving =
                [| 0 .. moved.Length - 1 |]
                |> Array.filter (fun i -> target[i] <= 0.0)
                |> Array.minBy (fun i -> moved[i])

            settle images costs (without leaving active) (without leaving moved)

    /// The best image for a new point at distances r_i from old points with images f_i, for the constant L: the
    /// minimum over p of max_i |p - f_i|^2 - L^2 r_i^2, by an active-set method on its concave dual.
    let extend constant (images: Vector<float>[]) (distances: float[]) =
        if images.Length = 0 || distances.Length <> images.Length then
            invalidArg
                (nameof distances)
                $"There are as many distances as images, 1 or more, not {distances.Length} for {images.Length}."

        let allowed = distances |> Array.map (fun r -> constant * constant * r * r)

        let costs =
            Array.map2 (fun (f: Vector<float>) a -> f.DotProduct f - a) images allowed

        let excess (p: Vector<float>) i =
            (let gap = p - images[i] in gap.DotProduct gap) - allowed[i]

        let all = [| 0 .. images.Length - 1 |]

        let rec improve count (active: int[]) weights =
            let p = convex weights (active |> Array.map (fun i -> images[i]))

            let dual =
                Array.fold2 (fun s i w -> s + w * costs[i]) 0.0 active weights - p.DotProduct p

            let worst = all |> Array.maxBy (excess p)

            if count = 0 || Array.contains worst active || excess p worst <= dual then
                let full = Array.zeroCreate images.Length
                Array.iter2 (fun i w -> full[i] <- w) active weights

                {
                    Image = p
                    Value = excess p worst
                    DualValue = dual
                    Weights = full
                }
            else
                let active, weights =
                    independent images (Array.append active [| worst |]) (Array.append weights [| 0.0 |])
                    ||> settle images costs

                improve (count - 1) active weights

        improve (20 * images.Length) [| 0 |] [| 1.0 |]
