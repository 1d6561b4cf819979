namespace NtkTheory.Reference

/// Networks with one hidden layer, neuron by neuron, and what can be had from them by difference quotients.
module Networks =

    /// f(x) = m^(-1/2) times the sum of a_j s(w_j.x), for one row of weights per neuron.
    let output (s: float -> float) (outer: float[]) (hidden: float[][]) (x: float[]) =
        let mutable sum = 0.0

        for j in 0 .. outer.Length - 1 do
            let mutable t = 0.0

            for k in 0 .. x.Length - 1 do
                t <- t + hidden[j][k] * x[k]

            sum <- sum + outer[j] * s t

        sum / sqrt (float outer.Length)

    /// The derivative of any function of the hidden weights in each of them, by central differences.
    let derivatives h (f: float[][] -> float) (hidden: float[][]) =
        let moved j k by =
            hidden
            |> Array.mapi (fun r row -> row |> Array.mapi (fun c w -> if r = j && c = k then w + by else w))

        hidden
        |> Array.mapi (fun j row ->
            row |> Array.mapi (fun k _ -> (f (moved j k h) - f (moved j k -h)) / (2.0 * h)))

    /// One step of gradient descent on the half sum of squared residuals, with a given derivative of s.
    let step
        rate
        (s: float -> float)
        (slope: float -> float)
        outer
        (hidden: float[][])
        (points: float[][])
        labels
        =
        let scale = sqrt (float (Array.length outer))

        let gradient j k =
            Array.fold2
                (fun sum (x: float[]) y ->
                    let t = Array.fold2 (fun total w v -> total + w * v) 0.0 hidden[j] x
                    sum + (output s outer hidden x - y) * outer[j] * slope t * x[k] / scale)
                0.0
                points
                labels

        hidden
        |> Array.mapi (fun j row -> row |> Array.mapi (fun k w -> w - rate * gradient j k))
