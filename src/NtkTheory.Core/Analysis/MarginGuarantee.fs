namespace NtkTheory.Analysis

open NtkTheory.Models
open NtkTheory.Reporting

/// The theorem on the direction of gradient flow with the exponential loss on separable data.
module MarginGuarantee =

    /// Points this near to the margin count as points on it: the separator is exact to about 1e-12.
    let private tolerance = 1e-8

    /// Rows on the margin whose multiplier is zero.
    let private degenerate (setting: Setting) (separator: Separator) =
        let largest = Array.max separator.Multipliers

        [
            for i in 0 .. separator.Multipliers.Length - 1 do
                if
                    separator.FunctionalMargins[i] <= 1.0 + tolerance
                    && separator.Multipliers[i] <= tolerance * largest
                then
                    setting.Rows[i]
        ]

    /// The hypotheses that fail, and the separator.
    let private judged (setting: Setting) =
        match setting.Summary.Task with
        | Classification [ _; _ ] ->
            match HardMargin.throughOrigin setting.Points setting.Labels with
            | Error _ -> [ "no hyperplane through the origin separates the two classes" ], None
            | Ok separator ->
                match degenerate setting separator with
                | [] -> [], Some separator
                | rows -> [ Guarantee.rows "on the margin with multiplier zero" rows ], Some separator
        | Classification labels -> [ $"it wants two classes, and there are {labels.Length}" ], None
        | Regression -> [ "it wants two classes, and the labels are numbers" ], None

    /// Its line: it speaks of time, not of a width.
    let direction (setting: Setting) =
        let failing, separator = judged setting

        {
            Id = "margin/direction-rate/repaired"
            Part = ""
            Title =
                "gradient flow with the exponential loss tends to the separator of largest margin, as $1/\\log t$"
            Condition = ""
            Failing = failing
            Demanded = nan
            Conclusion =
                match separator with
                | Some separator when failing.IsEmpty ->
                    $"the hypotheses: linearly separable with margin {Numeral.short separator.Margin}, and every point on the margin has a positive multiplier"
                | _ -> "the hypotheses"
            Telling = true
            Observed = None
            Order = None
            Remark = "a theorem on linear classifiers and on time: it demands no width"
        }
