namespace NtkTheory.Numerics

open System
open System.Numerics

/// An exact fraction in lowest terms with a positive denominator. Dividing by zero raises DivideByZeroException.
[<Struct; CustomEquality; CustomComparison>]
type Rational = private {
    Top: BigInteger
    /// One less than the denominator, so that the default value of the struct is zero.
    Below: BigInteger
} with

    /// The numerator, with the sign.
    member q.Numerator = q.Top

    /// The denominator, positive.
    member q.Denominator = q.Below + BigInteger.One

    /// The number 0.
    static member Zero = {
        Top = BigInteger.Zero
        Below = BigInteger.Zero
    }

    /// The number 1.
    static member One = {
        Top = BigInteger.One
        Below = BigInteger.Zero
    }

    /// p / q in lowest terms.
    static member Ratio(p: BigInteger, q: BigInteger) =
        if q.IsZero then
            raise (DivideByZeroException())

        let divisor = BigInteger.GreatestCommonDivisor(p, q) * BigInteger(q.Sign)

        {
            Top = p / divisor
            Below = q / divisor - BigInteger.One
        }

    /// Sum.
    static member (+)(a: Rational, b: Rational) =
        if a.Below.IsZero && b.Below.IsZero then
            {
                Top = a.Top + b.Top
                Below = BigInteger.Zero
            }
        else
            Rational.Ratio(a.Top * b.Denominator + b.Top * a.Denominator, a.Denominator * b.Denominator)

    /// The same size, the other sign.
    static member (~-)(a: Rational) = { a with Top = -a.Top }

    /// Difference.
    static member (-)(a: Rational, b: Rational) : Rational = a + (-b)

    /// Product.
    static member (*)(a: Rational, b: Rational) =
        if a.Below.IsZero && b.Below.IsZero then
            {
                Top = a.Top * b.Top
                Below = BigInteger.Zero
            }
        else
            Rational.Ratio(a.Top * b.Top, a.Denominator * b.Denominator)

    /// Quotient.
    static member (/)(a: Rational, b: Rational) =
        Rational.Ratio(a.Top * b.Denominator, a.Denominator * b.Top)

    override q.Equals(other: objnull) =
        match other with
        | :? Rational as r -> q.Top = r.Top && q.Below = r.Below
        | _ -> false

    override q.GetHashCode() = HashCode.Combine(q.Top, q.Below)

    override q.ToString() =
        if q.Below.IsZero then
            $"{q.Top}"
        else
            $"{q.Top}/{q.Denominator}"

    interface IComparable with
        member q.CompareTo(other: objnull) =
            match other with
            | :? Rational as r -> compare (q.Top * r.Denominator) (r.Top * q.Denominator)
            | _ -> invalidArg (nameof other) "not a rational number"

/// Making and reading exact fractions.
module Rational =

    /// p / q in lowest terms.
    let ratio (p: int) (q: int) =
        Rational.Ratio(BigInteger p, BigInteger q)

    /// A whole number.
    let ofInt (n: int) =
        Rational.Ratio(BigInteger n, BigInteger.One)

    /// The dyadic fraction that a finite double is, exactly.
    let ofFloat (x: float) =
        if not (Double.IsFinite x) then
            invalidArg (nameof x) "not a finite number"

        let bits = BitConverter.DoubleToInt64Bits x
        let field = int ((bits >>> 52) &&& 0x7FFL)
        let fraction = bits &&& 0xFFFFFFFFFFFFFL
        let mantissa = if field = 0 then fraction else fraction ||| (1L <<< 52)
        let exponent = max field 1 - 1075
        let signed = BigInteger(if bits < 0L then -mantissa else mantissa)

        if exponent >= 0 then
            Rational.Ratio(signed <<< exponent, BigInteger.One)
        else
            Rational.Ratio(signed, BigInteger.One <<< -exponent)

    /// The double next to the fraction, to within one unit in its last place.
    let toFloat (q: Rational) =
        // Shift so that the whole quotient has 64 to 65 bits: what truncation loses is 2^-63 of it.
        let shift =
            64 + int (q.Denominator.GetBitLength())
            - int ((BigInteger.Abs q.Numerator).GetBitLength())

        let top, below =
            if shift >= 0 then
                q.Numerator <<< shift, q.Denominator
            else
                q.Numerator, q.Denominator <<< -shift

        Math.ScaleB(float (BigInteger.Divide(top, below)), -shift)

    /// The fraction as a number with the error of its conversion, one unit in the last place.
    let estimate (q: Rational) =
        let value = toFloat q
        Estimate.rounded 2 value value

    /// q multiplied by itself `exponent` times, exponent at least 0.
    let pow (q: Rational) exponent =
        Rational.Ratio(BigInteger.Pow(q.Numerator, exponent), BigInteger.Pow(q.Denominator, exponent))

    /// Sum of a sequence.
    let sum (terms: Rational seq) = Seq.fold (+) Rational.Zero terms

    /// Product of a sequence.
    let product (factors: Rational seq) = Seq.fold (*) Rational.One factors
