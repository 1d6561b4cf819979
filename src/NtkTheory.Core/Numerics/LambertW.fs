namespace NtkTheory.Numerics

/// Lambert's W, the solution w >= 0 of w e^w = x for x >= 0.
module LambertW =

    /// W(e^s), the solution of w + log w = s: for arguments too large or too small to write down.
    let ofLog s =
        if s < -30.0 then
            // w = x - x^2 + O(x^3), and x^2 is below rounding relative to x at e^-37
            let x = exp s
            x * (1.0 - x)
        else
            // concave in log w: Newton from w = log(1 + e^s) rises to the root quadratically
            let rec improve count w =
                let step = (s - w - log w) * w / (1.0 + w)

                if count = 0 || abs step <= 1e-16 * w then
                    w + step
                else
                    improve (count - 1) (max (w / 10.0) (w + step))

            improve 60 (if s > 30.0 then s else log (1.0 + exp s))

    /// W(x), x >= 0.
    let principal x = if x = 0.0 then 0.0 else ofLog (log x)
