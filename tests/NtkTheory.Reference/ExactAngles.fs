namespace NtkTheory.Reference

open System.Numerics

/// Angles between vectors of doubles by whole numbers of any size.
module ExactAngles =

    /// The vector times 2^500, which makes every entry whole.
    let private whole (x: float[]) =
        x |> Array.map (fun v -> BigInteger(System.Math.ScaleB(v, 500)))

    /// A quotient of whole numbers, to the last digit but one.
    let private quotient (top: BigInteger) (below: BigInteger) =
        let shift = 70 + int (below.GetBitLength()) - int (top.GetBitLength())

        let bits =
            if shift > 0 then
                (top <<< shift) / below
            else
                top / (below <<< -shift)

        System.Math.ScaleB(float bits, -shift)

    /// The angle and its supplement, each with all its digits; for entries between 1e-100 and 1e100 or 0.
    let between (x: float[]) (y: float[]) =
        let dot a b =
            Array.fold2 (fun sum p q -> sum + p * q) 0I a b

        let p, q = whole x, whole y
        let squares = dot p p * dot q q
        let product = dot p q
        let sine = sqrt (quotient (squares - product * product) squares)
        let cosine = sqrt (quotient (product * product) squares)
        let nearest = System.Math.Atan2(sine, cosine)

        if product.Sign >= 0 then
            nearest, System.Math.PI - nearest
        else
            System.Math.PI - nearest, nearest
