namespace NtkTheory.Statistics

open NtkTheory.Numerics

/// Exact tails and intervals of the binomial law.
module Binomial =

    /// P(Bin(trials, probability) >= successes).
    let upperTail trials probability successes =
        BinomialTail.atLeast trials probability successes

    /// P(Bin(trials, probability) <= successes).
    let lowerTail trials probability successes =
        upperTail trials (1.0 - probability) (trials - successes)

    /// The root of an increasing function on [0, 1] by bisection to the last bit.
    let private root increasing =
        let rec halve low high =
            let middle = 0.5 * (low + high)

            if middle <= low || middle >= high then middle
            elif increasing middle < 0.0 then halve middle high
            else halve low middle

        halve 0.0 1.0

    /// The exact (Clopper-Pearson) lower limit: below it, so many successes have probability under `level`.
    let lowerLimit level trials successes =
        if successes = 0 then
            0.0
        else
            root (fun p -> upperTail trials p successes - level)

    /// The exact (Clopper-Pearson) upper limit: above it, so few successes have probability under `level`.
    let upperLimit level trials successes =
        if successes = trials then
            1.0
        else
            root (fun p -> level - lowerTail trials p successes)

    /// The fewest failures out of `trials` that refute "fails with at most this probability" at the level;
    /// trials + 1 where none does.
    let criticalCount level trials probability =
        let rec search low high =
            if low >= high then
                low
            else
                let middle = (low + high) / 2

                if upperTail trials probability middle <= level then
                    search low middle
                else
                    search (middle + 1) high

        search 0 (trials + 1)

    /// The probability that a true failure rate is detected against an allowed one.
    let power level trials allowed actual =
        upperTail trials actual (criticalCount level trials allowed)
