namespace NtkTheory.Models

open System

/// What the step size leads to, by exact thresholds.
[<RequireQualifiedAccess>]
type CatapultPhase =
    /// eta lambda <= 2: the loss falls from the start, like that of a linear model.
    | Lazy
    /// Above, and below the threshold of divergence: the loss grows, then the kernel shrinks until the run settles.
    | Catapult
    /// On the threshold: neither.
    | Critical
    /// Above the threshold: nothing converges but by hitting the label exactly.
    | Divergent

/// Thresholds and bounds of the catapult recursion in closed form. Source: ORF 543 notes, lecture 11/7.
module CatapultPhases =

    let private positive name value =
        if not (value > 0.0) then
            invalidArg name $"The {name} of a bound is positive, not {value}."

    /// w = eta lambda - 4 - kappa eta^2 y r. A step multiplies it by 1 + kappa eta^2 z r, which is positive while
    /// sqrt(kappa) eta |y| < 2, so its sign, which decides whether the run is bounded, never changes.
    let thresholdExcess kappa eta y start =
        eta * start.Kernel - 4.0 - kappa * eta * eta * y * (start.Output - y)

    /// The phase of a start. For y = 0 exact at every width; for other labels `Divergent` is exact and the limit
    /// between `Lazy` and `Catapult` holds for wide networks.
    let phase kappa eta y start =
        match sign (thresholdExcess kappa eta y start) with
        | 1 -> CatapultPhase.Divergent
        | 0 -> CatapultPhase.Critical
        | _ when eta * start.Kernel <= 2.0 -> CatapultPhase.Lazy
        | _ -> CatapultPhase.Catapult

    /// The step size eta at which w = 0: the root of eta lambda = 4 + kappa eta^2 y (z - y) next to 4/lambda, or
    /// infinity where the kernel is 0 and nothing moves. Throws ArgumentException for a kernel that no network has.
    let criticalStep kappa y start =
        let slope = kappa * y * (start.Output - y)
        let square = start.Kernel * start.Kernel - 16.0 * slope

        // kernels of networks have lambda^2 >= 4 kappa z^2 >= 16 kappa y (z - y) for every y
        if start.Kernel < 0.0 || square < -1e-12 * start.Kernel * start.Kernel then
            invalidArg
                (nameof start)
                $"The kernel is at least 2 sqrt(kappa) |z|, not {start.Kernel} at z = {start.Output}."
        elif start.Kernel = 0.0 then
            infinity
        else
            8.0 / (start.Kernel + sqrt (max 0.0 square))

    /// y = 0 and 2 < eta lambda_0 < 4: the largest loss lies between (a0 - 2)^2/(32 eta^2 kappa) and
    /// lambda_0^2/(8 kappa). In the lazy phase the first is 0.
    let peakLossBounds kappa eta kernel =
        positive (nameof kappa) kappa
        positive (nameof eta) eta
        let excess = max 0.0 (eta * kernel - 2.0)
        excess * excess / (32.0 * eta * eta * kappa), kernel * kernel / (8.0 * kappa)

    /// y = 0, a0 > 2: at most 1 + max(0, log(dl/(8 b0))) / (2 log(1 + 3 dl/8)) steps, dl = a0 - 2, lead to b >= dl/8
    /// or a < 2 + dl/2.
    let escapeTimeBound a0 b0 =
        positive (nameof b0) b0

        if not (a0 > 2.0) then
            invalidArg (nameof a0) $"The loss grows at a0 > 2, not at {a0}."

        let excess = a0 - 2.0

        1.0
        + max 0.0 (log (excess / (8.0 * b0))) / (2.0 * log (1.0 + 3.0 * excess / 8.0))

    /// y = 0, a0 < 4: a0/(4 - a0), an upper bound of sum_t b_t = sum_t kappa eta^2 z_t^2; infinity from a0 = 4 on.
    let summedSquaresBound a0 =
        if a0 < 4.0 then a0 / (4.0 - a0) else infinity

    /// 0 < a0 < 2, any label: the rate rho at which residuals shrink, the distance D that eta lambda moves at most, and
    /// whether the condition D + G0 + sqrt(G0 Y) <= (1 - |1 - a0|)/2 holds without which neither is known.
    let lazyBounds kappa eta y start =
        let a0 = eta * start.Kernel
        let r0 = start.Output - y
        let residual = kappa * eta * eta * r0 * r0
        let mixed = kappa * eta * eta * abs (r0 * y)
        let contraction = abs (1.0 - a0)
        let rate = (1.0 + contraction) / 2.0

        let drift =
            if contraction < 1.0 then
                4.0 * residual / (1.0 - rate * rate) + 4.0 * mixed / (1.0 - rate)
            else
                infinity

        rate, drift, drift + residual + mixed <= (1.0 - contraction) / 2.0

    /// eta lambda_0 = 4, y = 0: z_t = (2/(eta sqrt(kappa))) cos(3^t phi), cos(phi) = z_0 eta sqrt(kappa)/2. As
    /// (amplitude, phi, z_t).
    let criticalOutput kappa eta output steps =
        positive (nameof kappa) kappa
        positive (nameof eta) eta
        let amplitude = 2.0 / (eta * sqrt kappa)
        let cosine = output / amplitude

        // z = amplitude is where the kernel is as small as it can be; rounding may lead beyond
        if abs cosine > 1.0 + 1e-12 then
            invalidArg (nameof output) $"An output of a critical start is at most {amplitude}, not {output}."

        let phi = acos (Math.Clamp(cosine, -1.0, 1.0))
        amplitude, phi, amplitude * cos (pown 3.0 steps * phi)
