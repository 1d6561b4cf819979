namespace NtkTheory.Numerics

open System

/// Eigenvalues of a tridiagonal matrix by the QL method on squared entries, without square roots in the inner loop
/// (Pal, Walker and Kahan; Parlett, section 8.15, and LAPACK's dsterf). What it finds is not trusted: see
/// SturmBisection.
module internal RootFreeQl =

    /// Sweeps that one eigenvalue may take.
    let private most = 60

    /// The first k from `first` on whose coupling to k + 1 is negligible.
    let rec private splitAfter (d: float[]) (e: float[]) first last =
        if
            first = last
            || e[first]
               <= Estimate.unitRoundoff * Estimate.unitRoundoff * abs (d[first] * d[first + 1])
            || e[first] = 0.0
        then
            first
        else
            splitAfter d e (first + 1) last

    /// Wilkinson's shift for the top of the block.
    let private shift (d: float[]) (e: float[]) l =
        let root = sqrt e[l]
        let s = (d[l + 1] - d[l]) / (2.0 * root)
        let r = Math.Sqrt(1.0 + s * s)
        d[l] - root / (s + (if s < 0.0 then -r else r))

    /// One sweep from m up to l, the squares of the couplings in e.
    let private sweep (d: float[]) (e: float[]) l m =
        let sigma = shift d e l
        let mutable c = 1.0
        let mutable s = 0.0
        let mutable gamma = d[m] - sigma
        let mutable p = gamma * gamma

        for i in m - 1 .. -1 .. l do
            let b = e[i]
            let r = p + b

            if i <> m - 1 then
                e[i + 1] <- s * r

            let before = c
            c <- p / r
            s <- b / r
            let old = gamma
            let alpha = d[i]
            gamma <- c * (alpha - sigma) - s * old
            d[i + 1] <- old + (alpha - gamma)
            p <- if c <> 0.0 then gamma * gamma / c else before * b

        e[l] <- s * p
        d[l] <- sigma + gamma

    /// Reduces the block from l on until its first coupling vanishes; false when it does not.
    let private isolate d e l last =
        let rec loop count =
            let m = splitAfter d e l last

            if m = l then
                true
            elif count = most then
                false
            else
                sweep d e l m
                loop (count + 1)

        loop 0

    /// All eigenvalues from the smallest; None when the method does not settle.
    let eigenvalues (t: Tridiagonal) =
        let struct (scaled, exponent) = Tridiagonal.normalize t
        let d = scaled.Diagonal
        let e = scaled.OffDiagonal |> Array.map (fun x -> x * x)
        let last = d.Length - 1

        if Seq.forall (fun l -> isolate d e l last) (seq { 0..last }) then
            Array.sortInPlace d
            Some(Array.map (fun x -> Math.ScaleB(x, exponent)) d)
        else
            None
