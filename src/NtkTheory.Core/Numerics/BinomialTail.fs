namespace NtkTheory.Numerics

/// Exact tails of the binomial law, by multiplication alone, so that small ones keep their digits.
module BinomialTail =

    /// P(Bin(trials, p) = successes): the factors of the coefficient and of the powers are taken in turn, so
    /// nothing overflows; about 3 `trials` roundings.
    let probability trials (p: float) successes =
        let rec go value up down =
            if down = 0 && up > successes then
                value
            elif down > 0 && (value > 1.0 || up > successes) then
                go (value * (1.0 - p)) up (down - 1)
            else
                go (value * float (trials - successes + up) / float up * p) (up + 1) down

        if successes < 0 || successes > trials then
            0.0
        else
            go 1.0 1 (trials - successes)

    /// P(Bin(trials, p) >= successes), summed from its largest term by the ratio of neighbours.
    let atLeast trials (p: float) successes =
        let rec grow total term k =
            let next = term * float (trials - k) / float (k + 1) * p / (1.0 - p)

            if k >= trials || next <= total * 1e-18 && float k > p * float trials then
                total
            else
                grow (total + next) next (k + 1)

        let rec fall total term k =
            let next = term * float k / float (trials - k + 1) * (1.0 - p) / p

            if k <= 0 || next <= total * 1e-18 then
                total
            else
                fall (total + next) next (k - 1)

        if successes <= 0 then
            1.0
        elif successes > trials || p <= 0.0 then
            0.0
        elif p >= 1.0 then
            1.0
        elif float successes > p * float trials then
            let first = probability trials p successes
            grow first first successes
        else
            let first = probability trials p (successes - 1)
            max 0.0 (1.0 - fall first first (successes - 1))
