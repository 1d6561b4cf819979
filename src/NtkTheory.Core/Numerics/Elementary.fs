namespace NtkTheory.Numerics

#nowarn "3536" // the interface with static members is used as a constraint only

open System.Runtime.CompilerServices

/// Elementary functions of a register of doubles. Every width performs the same operations in the same
/// order, so a lane's result does not depend on the width; the one-lane version is the definition. The
/// polynomials are Taylor's, or interpolate at Chebyshev's points where that is shorter; each is cut where the
/// first term left out is below 2^-54 of the value. The stated errors, in units in the last place (ulp), are
/// held by tests against the framework's own functions.
[<AbstractClass; Sealed>]
type Elementary<'V, 'L when 'V: struct and 'L :> ILanes<'V>> =

    /// |x|.
    [<MethodImpl(MethodImplOptions.AggressiveInlining)>]
    static member Abs(x: 'V) = 'L.And(x, 'L.Bits 0x7FFFFFFFFFFFFFFFUL)

    /// The smaller number.
    [<MethodImpl(MethodImplOptions.AggressiveInlining)>]
    static member Min(x: 'V, y: 'V) = 'L.Select('L.Less(x, y), x, y)

    /// x with its sign changed where the sign bit of y is set.
    [<MethodImpl(MethodImplOptions.AggressiveInlining)>]
    static member FlipSign(x: 'V, y: 'V) =
        'L.Xor(x, 'L.And(y, 'L.Bits 0x8000000000000000UL))

    /// The nearest whole number in the low bits of a double: x + 1.5 2^52 for |x| < 2^51.
    [<MethodImpl(MethodImplOptions.AggressiveInlining)>]
    static member private ToWhole(x: 'V) = 'L.Add(x, 'L.Splat 6755399441055744.0)

    [<MethodImpl(MethodImplOptions.AggressiveInlining)>]
    static member private OfWhole(whole: 'V) =
        'L.Sub(whole, 'L.Splat 6755399441055744.0)

    /// ln x for normal x > 0, to 2 ulp: x = 2^e m with m in [sqrt(1/2), sqrt 2), s = (m - 1) / (m + 1),
    /// ln m = 2 artanh s = f - s (f - z p) with f = m - 1 and z = s^2.
    [<MethodImpl(MethodImplOptions.AggressiveInlining)>]
    static member Log(x: 'V) =
        let raised = 'L.AddWords(x, 'L.Bits(0x3FF0000000000000UL - 0x3FE6A09E667F3BCDUL))
        let exponent = 'L.Or('L.ShiftRight(raised, 52), 'L.Bits 0x4330000000000000UL)
        let e = 'L.Sub(exponent, 'L.Splat 4503599627371519.0) // 2^52 + 1023
        let mantissa = 'L.And(raised, 'L.Bits 0x000FFFFFFFFFFFFFUL)
        let m = 'L.AddWords(mantissa, 'L.Bits 0x3FE6A09E667F3BCDUL)
        let f = 'L.Sub(m, 'L.Splat 1.0)
        let s = 'L.Div(f, 'L.Add(f, 'L.Splat 2.0))
        let z = 'L.Mul(s, s)
        let p = 'L.Splat(0.08695652173913043)
        let p = 'L.Fma(p, z, 'L.Splat(0.09523809523809523))
        let p = 'L.Fma(p, z, 'L.Splat(0.10526315789473684))
        let p = 'L.Fma(p, z, 'L.Splat(0.11764705882352941))
        let p = 'L.Fma(p, z, 'L.Splat(0.13333333333333333))
        let p = 'L.Fma(p, z, 'L.Splat(0.15384615384615385))
        let p = 'L.Fma(p, z, 'L.Splat(0.18181818181818182))
        let p = 'L.Fma(p, z, 'L.Splat(0.2222222222222222))
        let p = 'L.Fma(p, z, 'L.Splat(0.2857142857142857))
        let p = 'L.Fma(p, z, 'L.Splat(0.4))
        let p = 'L.Fma(p, z, 'L.Splat(0.6666666666666666))
        // ln 2 in two parts, the first of 32 bits so that its product by e is exact
        let lower = 'L.Mul(s, 'L.Sub('L.Mul(z, p), f))
        let lower = 'L.Fma(e, 'L.Splat(1.9082149292705877e-10), lower)
        'L.Fma(e, 'L.Splat(0.6931471803691238), 'L.Add(f, lower))

    /// The sine of r quarter turns for |r| <= 1/2.
    [<MethodImpl(MethodImplOptions.AggressiveInlining)>]
    static member private QuarterSine(r: 'V) =
        let z = 'L.Mul(r, r)
        let p = 'L.Splat(6.0669357311061955e-12)
        let p = 'L.Fma(p, z, 'L.Splat(-6.688035109811468e-10))
        let p = 'L.Fma(p, z, 'L.Splat(5.692172921967927e-08))
        let p = 'L.Fma(p, z, 'L.Splat(-3.598843235212085e-06))
        let p = 'L.Fma(p, z, 'L.Splat(0.00016044118478735983))
        let p = 'L.Fma(p, z, 'L.Splat(-0.004681754135318688))
        let p = 'L.Fma(p, z, 'L.Splat(0.07969262624616705))
        let p = 'L.Fma(p, z, 'L.Splat(-0.6459640975062463))
        let p = 'L.Fma(p, z, 'L.Splat(1.5707963267948966))
        'L.Mul(p, r)

    /// The cosine of r quarter turns for |r| <= 1/2.
    [<MethodImpl(MethodImplOptions.AggressiveInlining)>]
    static member private QuarterCosine(r: 'V) =
        let z = 'L.Mul(r, r)
        let p = 'L.Splat(-5.294400200734623e-13)
        let p = 'L.Fma(p, z, 'L.Splat(6.565963114979473e-11))
        let p = 'L.Fma(p, z, 'L.Splat(-6.386603083791852e-09))
        let p = 'L.Fma(p, z, 'L.Splat(4.710874778818172e-07))
        let p = 'L.Fma(p, z, 'L.Splat(-2.5202042373060607e-05))
        let p = 'L.Fma(p, z, 'L.Splat(0.0009192602748394266))
        let p = 'L.Fma(p, z, 'L.Splat(-0.02086348076335296))
        let p = 'L.Fma(p, z, 'L.Splat(0.25366950790104803))
        let p = 'L.Fma(p, z, 'L.Splat(-1.2337005501361697))
        let p = 'L.Fma(p, z, 'L.Splat(1.0))
        p

    /// The sine and cosine of u turns, 2 pi u, for |u| < 2^49, to 2 ulp: the reduction to |r| <= 1/2 quarter
    /// turns is exact.
    [<MethodImpl(MethodImplOptions.AggressiveInlining)>]
    static member SinCosTurn(u: 'V) : struct ('V * 'V) =
        let quarters = 'L.Mul(u, 'L.Splat 4.0)
        let whole = Elementary<'V, 'L>.ToWhole quarters
        let r = 'L.Sub(quarters, Elementary<'V, 'L>.OfWhole whole)
        let sine = Elementary<'V, 'L>.QuarterSine r
        let cosine = Elementary<'V, 'L>.QuarterCosine r

        let isEven =
            'L.Less('L.And('L.ShiftLeft(whole, 62), 'L.Bits 0x4000000000000000UL), 'L.Splat 1.0)

        let next = 'L.ShiftLeft('L.AddWords(whole, 'L.Bits 1UL), 62)

        let a =
            Elementary<'V, 'L>.FlipSign('L.Select(isEven, sine, cosine), 'L.ShiftLeft(whole, 62))

        let b = Elementary<'V, 'L>.FlipSign('L.Select(isEven, cosine, sine), next)
        struct (a, b)

    /// x = k ln 2 + r with a whole number k in the low bits of the first part and |r| <= ln(2) / 2.
    [<MethodImpl(MethodImplOptions.AggressiveInlining)>]
    static member private Reduce(x: 'V) : struct ('V * 'V) =
        let whole = Elementary<'V, 'L>.ToWhole('L.Mul(x, 'L.Splat 1.4426950408889634))
        let k = 'L.Sub('L.Splat 0.0, Elementary<'V, 'L>.OfWhole whole)
        let r = 'L.Fma(k, 'L.Splat 0.6931471803691238, x)
        struct (whole, 'L.Fma(k, 'L.Splat 1.9082149292705877e-10, r))

    /// (e^r - 1) / r for |r| <= ln(2) / 2.
    [<MethodImpl(MethodImplOptions.AggressiveInlining)>]
    static member private Growth(r: 'V) =
        let p = 'L.Splat(1.1470745597729725e-11)
        let p = 'L.Fma(p, r, 'L.Splat(1.6059043836821613e-10))
        let p = 'L.Fma(p, r, 'L.Splat(2.08767569878681e-09))
        let p = 'L.Fma(p, r, 'L.Splat(2.505210838544172e-08))
        let p = 'L.Fma(p, r, 'L.Splat(2.755731922398589e-07))
        let p = 'L.Fma(p, r, 'L.Splat(2.7557319223985893e-06))
        let p = 'L.Fma(p, r, 'L.Splat(2.48015873015873e-05))
        let p = 'L.Fma(p, r, 'L.Splat(0.0001984126984126984))
        let p = 'L.Fma(p, r, 'L.Splat(0.001388888888888889))
        let p = 'L.Fma(p, r, 'L.Splat(0.008333333333333333))
        let p = 'L.Fma(p, r, 'L.Splat(0.041666666666666664))
        let p = 'L.Fma(p, r, 'L.Splat(0.16666666666666666))
        let p = 'L.Fma(p, r, 'L.Splat(0.5))
        let p = 'L.Fma(p, r, 'L.Splat(1.0))
        p

    /// 2^k for the whole number k in the low bits, -1022 <= k <= 1023.
    [<MethodImpl(MethodImplOptions.AggressiveInlining)>]
    static member private PowerOfTwo(whole: 'V) =
        'L.ShiftLeft('L.AddWords(whole, 'L.Bits 1023UL), 52)

    /// e^x for |x| <= 708, to 2 ulp; beyond, the value at the end.
    [<MethodImpl(MethodImplOptions.AggressiveInlining)>]
    static member Exp(x: 'V) =
        let low = 'L.Splat -708.0
        let x = 'L.Select('L.Less(x, low), low, Elementary<'V, 'L>.Min(x, 'L.Splat 708.0))
        let struct (whole, r) = Elementary<'V, 'L>.Reduce x
        let p = 'L.Fma(Elementary<'V, 'L>.Growth r, r, 'L.Splat 1.0)
        'L.Mul(p, Elementary<'V, 'L>.PowerOfTwo whole)

    /// tanh x, to 4 ulp, as E / (E + 2) with E = e^(2|x|) - 1.
    [<MethodImpl(MethodImplOptions.AggressiveInlining)>]
    static member Tanh(x: 'V) =
        let twice = 'L.Mul(Elementary<'V, 'L>.Abs x, 'L.Splat 2.0)

        let struct (whole, r) =
            Elementary<'V, 'L>.Reduce(Elementary<'V, 'L>.Min(twice, 'L.Splat 44.0))

        let scale = Elementary<'V, 'L>.PowerOfTwo whole
        let grown = 'L.Mul(Elementary<'V, 'L>.Growth r, r)
        let e = 'L.Fma(scale, grown, 'L.Sub(scale, 'L.Splat 1.0))
        Elementary<'V, 'L>.FlipSign('L.Div(e, 'L.Add(e, 'L.Splat 2.0)), x)

    [<MethodImpl(MethodImplOptions.AggressiveInlining)>]
    static member private ErfNear(x: 'V) =
        let z = 'L.Mul(x, x)
        let p = 'L.Splat(5.957176147748911e-11)
        let p = 'L.Fma(p, z, 'L.Splat(-1.1372848856791674e-09))
        let p = 'L.Fma(p, z, 'L.Splat(1.4659775274047436e-08))
        let p = 'L.Fma(p, z, 'L.Splat(-1.6350312701054695e-07))
        let p = 'L.Fma(p, z, 'L.Splat(1.6461000484121368e-06))
        let p = 'L.Fma(p, z, 'L.Splat(-1.4925595266831182e-05))
        let p = 'L.Fma(p, z, 'L.Splat(0.0001205533111164271))
        let p = 'L.Fma(p, z, 'L.Splat(-0.000854832698083379))
        let p = 'L.Fma(p, z, 'L.Splat(0.0052239776248180145))
        let p = 'L.Fma(p, z, 'L.Splat(-0.026866170645076792))
        let p = 'L.Fma(p, z, 'L.Splat(0.11283791670954879))
        let p = 'L.Fma(p, z, 'L.Splat(-0.3761263890318375))
        let p = 'L.Fma(p, z, 'L.Splat(1.1283791670955126))
        'L.Mul(p, x)

    /// e^(x^2) erfc x for 1 <= x <= 6, as a polynomial in (x - 3) / (x + 3).
    [<MethodImpl(MethodImplOptions.AggressiveInlining)>]
    static member private ScaledErfc(x: 'V) =
        let t = 'L.Div('L.Sub(x, 'L.Splat 3.0), 'L.Add(x, 'L.Splat 3.0))
        let p = 'L.Splat(3.381355142042904e-09)
        let p = 'L.Fma(p, t, 'L.Splat(1.2755818949624478e-06))
        let p = 'L.Fma(p, t, 'L.Splat(2.0135111426447427e-06))
        let p = 'L.Fma(p, t, 'L.Splat(-8.00978093907608e-06))
        let p = 'L.Fma(p, t, 'L.Splat(-1.2845780030775907e-05))
        let p = 'L.Fma(p, t, 'L.Splat(6.406279226046039e-05))
        let p = 'L.Fma(p, t, 'L.Splat(4.525434558991009e-05))
        let p = 'L.Fma(p, t, 'L.Splat(-0.0005970624964924544))
        let p = 'L.Fma(p, t, 'L.Splat(0.0007077464666941425))
        let p = 'L.Fma(p, t, 'L.Splat(0.004269136356961225))
        let p = 'L.Fma(p, t, 'L.Splat(-0.024392499318915004))
        let p = 'L.Fma(p, t, 'L.Splat(0.07166583719747308))
        let p = 'L.Fma(p, t, 'L.Splat(-0.15011593650077898))
        let p = 'L.Fma(p, t, 'L.Splat(0.24560380171233487))
        let p = 'L.Fma(p, t, 'L.Splat(-0.3262335600430372))
        let p = 'L.Fma(p, t, 'L.Splat(0.17900115118138996))
        p

    /// erf x, to 2 ulp.
    [<MethodImpl(MethodImplOptions.AggressiveInlining)>]
    static member Erf(x: 'V) =
        let size = Elementary<'V, 'L>.Min(Elementary<'V, 'L>.Abs x, 'L.Splat 6.0)

        let struct (whole, r) =
            Elementary<'V, 'L>.Reduce('L.Sub('L.Splat 0.0, 'L.Mul(size, size)))

        let decay = 'L.Fma(Elementary<'V, 'L>.Growth r, r, 'L.Splat 1.0)
        let decay = 'L.Mul(decay, Elementary<'V, 'L>.PowerOfTwo whole)
        let far = 'L.Sub('L.Splat 1.0, 'L.Mul(decay, Elementary<'V, 'L>.ScaledErfc size))
        let near = Elementary<'V, 'L>.ErfNear size
        Elementary<'V, 'L>.FlipSign('L.Select('L.Less(size, 'L.Splat 1.0), near, far), x)

    /// arcsin(sqrt z) / sqrt z for 0 <= z <= 1/2, even and odd powers side by side, as each sum waits for itself.
    [<MethodImpl(MethodImplOptions.AggressiveInlining)>]
    static member ArcsinRatio(z: 'V) =
        let w = 'L.Mul(z, z)
        let even = 'L.Splat(0.8892904367638688)
        let even = 'L.Fma(even, w, 'L.Splat(5.7579408313146985))
        let even = 'L.Fma(even, w, 'L.Splat(4.6420689099888435))
        let even = 'L.Fma(even, w, 'L.Splat(1.0082016650534187))
        let even = 'L.Fma(even, w, 'L.Splat(0.07871611357002127))
        let even = 'L.Fma(even, w, 'L.Splat(0.013191002571753903))
        let even = 'L.Fma(even, w, 'L.Splat(0.017364281439103527))
        let even = 'L.Fma(even, w, 'L.Splat(0.030381963396751827))
        let even = 'L.Fma(even, w, 'L.Splat(0.07500000000401816))
        let even = 'L.Fma(even, w, 'L.Splat(1.0))
        let odd = 'L.Splat(-3.278933156739812)
        let odd = 'L.Fma(odd, w, 'L.Splat(-6.229299875397985))
        let odd = 'L.Fma(odd, w, 'L.Splat(-2.4908808126226116))
        let odd = 'L.Fma(odd, w, 'L.Splat(-0.2968705430689824))
        let odd = 'L.Fma(odd, w, 'L.Splat(-0.002601537848299688))
        let odd = 'L.Fma(odd, w, 'L.Splat(0.01380344589589198))
        let odd = 'L.Fma(odd, w, 'L.Splat(0.022371584779320355))
        let odd = 'L.Fma(odd, w, 'L.Splat(0.044642856762615))
        let odd = 'L.Fma(odd, w, 'L.Splat(0.16666666666664987))
        'L.Fma(odd, z, even)

    /// (a - sin a) / a^3 as a function of z = a^2 for 0 <= z <= 1, likewise.
    [<MethodImpl(MethodImplOptions.AggressiveInlining)>]
    static member SineDefectRatio(z: 'V) =
        let w = 'L.Mul(z, z)
        let even = 'L.Splat(8.22063524662433e-18)
        let even = 'L.Fma(even, w, 'L.Splat(7.647163731819816e-13))
        let even = 'L.Fma(even, w, 'L.Splat(2.505210838544172e-08))
        let even = 'L.Fma(even, w, 'L.Splat(0.0001984126984126984))
        let even = 'L.Fma(even, w, 'L.Splat(0.16666666666666666))
        let odd = 'L.Splat(-2.8114572543455206e-15)
        let odd = 'L.Fma(odd, w, 'L.Splat(-1.6059043836821613e-10))
        let odd = 'L.Fma(odd, w, 'L.Splat(-2.7557319223985893e-06))
        let odd = 'L.Fma(odd, w, 'L.Splat(-0.008333333333333333))
        'L.Fma(odd, z, even)
