namespace NtkTheory.Reference

/// The minimizer of Q_alpha among the interpolants by cyclic ascent of its dual: one multiplier after the other is
/// set by bisection, as often as it takes.
module Interpolants =

    /// The root of a decreasing function.
    let private root f =
        let rec bracket size =
            if f -size > 0.0 && f size < 0.0 then
                size
            else
                bracket (2.0 * size)

        let size = bracket 1.0

        let rec halve low high count =
            let middle = (low + high) / 2.0

            if count = 0 then middle
            elif f middle > 0.0 then halve middle high (count - 1)
            else halve low middle (count - 1)

        halve -size size 100

    /// beta for inputs (rows), labels and c_i = 2 alpha^2 theta0_i^2, after so many sweeps over the rows.
    let minimizer sweeps (inputs: float[][]) (labels: float[]) (c: float[]) =
        let nu = Array.zeroCreate labels.Length

        let beta () =
            Array.init c.Length (fun i ->
                c[i]
                * sinh (Array.fold2 (fun sum n (row: float[]) -> sum + n * row[i]) 0.0 nu inputs))

        for _ in 1..sweeps do
            for n in 0 .. labels.Length - 1 do
                let missing value =
                    nu[n] <- value
                    labels[n] - Array.fold2 (fun sum x b -> sum + x * b) 0.0 inputs[n] (beta ())

                nu[n] <- root missing

        beta ()
