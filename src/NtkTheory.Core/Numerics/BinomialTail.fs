namespace NtkTheory.Numerics

open MathNet.Numerics

/// Exact tails of the binomial law.
module BinomialTail =

    /// P(Bin(trials, probability) >= successes), by the regularized incomplete beta function, which keeps the
    /// relative accuracy of tails far below 1e-16.
    let atLeast trials probability successes =
        if successes <= 0 then
            1.0
        elif successes > trials then
            0.0
        elif probability <= 0.0 then
            0.0
        elif probability >= 1.0 then
            1.0
        else
            SpecialFunctions.BetaRegularized(float successes, float (trials - successes + 1), probability)
