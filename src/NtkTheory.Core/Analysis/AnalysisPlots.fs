namespace NtkTheory.Analysis

open NtkTheory.Reporting

/// The plots of the report on a data set.
module AnalysisPlots =

    /// The eigenvalues of each kernel over their index, both axes logarithmic.
    let spectra (spectra: SpectrumSummary list) = {
        Title = "Eigenvalues of the Gram matrices"
        XLabel = "index, from the largest"
        YLabel = "eigenvalue"
        XScale = Logarithmic
        YScale = Logarithmic
        Series =
            spectra
            |> List.map (fun spectrum ->
                let n = spectrum.Eigenvalues.Length

                // enough places for a curve on a logarithmic axis
                let places =
                    [ 0..199 ]
                    |> List.map (fun k -> int (float n ** (float k / 199.0)) - 1)
                    |> List.append [ n - 1 ]
                    |> List.map (fun i -> max 0 (min (n - 1) i))
                    |> List.distinct
                    |> List.sort

                {
                    Name = spectrum.Kernel
                    Mark = LineWithDots
                    Points = places |> List.map (fun i -> float (i + 1), spectrum.Eigenvalues[i])
                    Hover = []
                })
        Levels = []
    }

    /// The losses of the network, of both of its linear models, and the theorem's bound, step by step.
    let training (curve: TrainingCurve) =
        let series name mark (losses: float[]) =
            let stride = max 1 (losses.Length / 100)

            {
                Name = name
                Mark = mark
                Points = [
                    for k in 0 .. losses.Length - 1 do
                        if k % stride = 0 || k = losses.Length - 1 then
                            float k, losses[k]
                ]
                Hover = []
            }

        {
            Title = $"Training a network of width {curve.Width}"
            XLabel = "step of gradient descent"
            YLabel = "loss ||u-y||²/(2n)"
            XScale = Linear
            YScale = Logarithmic
            Series = [
                series "network" Line curve.Network
                series "linearized at its start" Dashed curve.Linearized
                series "kernel of infinite width" Line curve.InfiniteWidth
                series "the theorem's bound, (1 - ηλ/2)ᵏ of the start" Dashed curve.Bound
            ]
            Levels = []
        }
