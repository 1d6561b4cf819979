namespace NtkTheory.Numerics

open System
open System.Runtime.CompilerServices

/// The unevaluated sum of two doubles, the second at most half an ulp of the first: 106 significant bits. The bounds
/// of the operations' relative errors, u = 2^-53, are those of Joldes, Muller and Popescu (2017), "Tight and rigorous
/// error bounds for basic building blocks of double-word arithmetic".
[<Struct>]
type DoubleDouble = {
    High: float
    Low: float
} with

    /// A double.
    [<MethodImpl(MethodImplOptions.AggressiveInlining)>]
    static member Of(x: float) = { High = x; Low = 0.0 }

    /// The sum of two doubles, the first of larger magnitude, without error.
    [<MethodImpl(MethodImplOptions.AggressiveInlining)>]
    static member Ordered(x: float, y: float) =
        let sum = x + y
        { High = sum; Low = y - (sum - x) }

    /// The sum of two doubles without error.
    [<MethodImpl(MethodImplOptions.AggressiveInlining)>]
    static member Sum(x: float, y: float) =
        let sum = x + y
        let part = sum - x

        {
            High = sum
            Low = (x - (sum - part)) + (y - part)
        }

    /// The product of two doubles without error, unless it underflows.
    [<MethodImpl(MethodImplOptions.AggressiveInlining)>]
    static member Product(x: float, y: float) =
        let product = x * y

        {
            High = product
            Low = Math.FusedMultiplyAdd(x, y, -product)
        }

    /// Relative error at most 3 u^2 / (1 - 4 u).
    [<MethodImpl(MethodImplOptions.AggressiveInlining)>]
    static member (+)(x: DoubleDouble, y: DoubleDouble) =
        let high = DoubleDouble.Sum(x.High, y.High)
        let low = DoubleDouble.Sum(x.Low, y.Low)
        let sum = DoubleDouble.Ordered(high.High, high.Low + low.High)
        DoubleDouble.Ordered(sum.High, low.Low + sum.Low)

    /// Exact.
    [<MethodImpl(MethodImplOptions.AggressiveInlining)>]
    static member (~-)(x: DoubleDouble) = { High = -x.High; Low = -x.Low }

    /// As the sum.
    [<MethodImpl(MethodImplOptions.AggressiveInlining)>]
    static member (-)(x: DoubleDouble, y: DoubleDouble) = x + (-y)

    /// Relative error at most 4 u^2.
    [<MethodImpl(MethodImplOptions.AggressiveInlining)>]
    static member (*)(x: DoubleDouble, y: DoubleDouble) =
        let product = DoubleDouble.Product(x.High, y.High)

        let cross =
            Math.FusedMultiplyAdd(x.Low, y.High, Math.FusedMultiplyAdd(x.High, y.Low, x.Low * y.Low))

        DoubleDouble.Ordered(product.High, product.Low + cross)

    /// A quotient of doubles and one correction: relative error at most 15 u^2.
    static member (/)(x: DoubleDouble, y: DoubleDouble) =
        let first = x.High / y.High
        let rest = x - y * DoubleDouble.Of first
        DoubleDouble.Ordered(first, rest.High / y.High)

    /// A root of doubles and one correction by Newton's method, of an error of a few u^2; zero up to zero.
    static member Sqrt(x: DoubleDouble) =
        if x.High <= 0.0 then
            DoubleDouble.Of 0.0
        else
            let first = sqrt x.High
            let rest = x - DoubleDouble.Product(first, first)
            DoubleDouble.Ordered(first, rest.High / (2.0 * first))

    /// The nearest double.
    member x.Value = x.High

/// Vectors of double doubles.
module DoubleDouble =

    /// The inner product of the first `count` entries. The errors of products and of partial sums are gathered apart
    /// (Ogita, Rump and Oishi 2005): the error is at most 4 (count + 2)^2 u^2 times the sum of |x_i y_i|.
    let dotOf count (x: DoubleDouble[]) (y: DoubleDouble[]) =
        let mutable sum = 0.0
        let mutable error = 0.0

        for i in 0 .. count - 1 do
            let a = x[i]
            let b = y[i]
            let product = DoubleDouble.Product(a.High, b.High)
            let next = DoubleDouble.Sum(sum, product.High)

            let cross =
                Math.FusedMultiplyAdd(a.Low, b.High, Math.FusedMultiplyAdd(a.High, b.Low, product.Low))

            sum <- next.High
            error <- error + (next.Low + cross)

        DoubleDouble.Sum(sum, error)

    /// The inner product of vectors of one length, with the same bound.
    let dot (x: DoubleDouble[]) y = dotOf x.Length x y

    /// The factor of the sum of |x_i y_i| in the error of an inner product of `count` terms.
    let dotError count =
        4.0 * float (count + 2) ** 2.0 * Estimate.unitRoundoff ** 2.0

    /// The first `count` entries of y grow by factor x.
    let addScaled count (factor: DoubleDouble) (x: DoubleDouble[]) (y: DoubleDouble[]) =
        for i in 0 .. count - 1 do
            y[i] <- y[i] + factor * x[i]

    /// The sum of factor times row.
    let combine length (factors: DoubleDouble[]) (rows: DoubleDouble[][]) =
        let sum = Array.create length (DoubleDouble.Of 0.0)
        Array.iter2 (fun factor row -> addScaled length factor row sum) factors rows
        sum

    /// Doubles.
    let ofFloats values = values |> Array.map DoubleDouble.Of

    /// The nearest doubles.
    let toFloats (values: DoubleDouble[]) = values |> Array.map _.Value
