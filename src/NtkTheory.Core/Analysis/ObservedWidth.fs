namespace NtkTheory.Analysis

/// The smallest width at which a conclusion held in all seeded runs.
type ObservedWidth =
    /// It held at this width, and failed at the largest smaller one that was tried.
    | HeldFrom of width: int
    /// It failed in some run at every width up to this one.
    | FailedUpTo of width: int

/// Searching a width by doubling, then bisection.
module ObservedWidth =

    /// Between a width that fails and one that holds, until they are within a sixteenth.
    let rec private bisect holds low high =
        if high - low <= max 1 (high / 16) then
            HeldFrom high
        else
            let middle = (low + high) / 2

            if holds middle then
                bisect holds low middle
            else
                bisect holds middle high

    /// Widths 1, 2, 4, ... up to `largest`, then between the last two.
    let search largest (holds: int -> bool) =
        let rec double width =
            if width > largest then FailedUpTo(width / 2)
            elif holds width then bisect holds (width / 2) width
            else double (2 * width)

        double 1
