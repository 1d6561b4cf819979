namespace NtkTheory.Analysis

open MathNet.Numerics.LinearAlgebra
open NtkTheory.Models
open NtkTheory.Numerics
open NtkTheory.Statistics

/// Guarantees on the kernel of a random network at its start.
module KernelGuarantees =

    let private demanded failing width =
        if List.isEmpty failing then width else nan

    let private distance (setting: Setting) network =
        (Setting.finiteGram setting network - setting.Gram).FrobeniusNorm()

    /// Lemma 1 of the lecture: the finite kernel is within lambda / 4 of its limit.
    let concentration (setting: Setting) =
        let failing = Setting.standing setting @ Setting.only Relu setting
        let lambda = Setting.lambda setting
        let level = 0.25 * setting.Smallest.Value
        let typical = 16.0 * GramMatrix.deviation setting.Points / (lambda * lambda)

        {
            Id = "gram/concentration"
            Title = "the finite kernel is near its limit"
            Condition = @"m \ge 8 n^2 \lambda^{-2} \ln(n(n+1)/\delta)"
            Failing = failing
            Demanded =
                demanded
                    failing
                    (WidthCondition.concentration (Setting.count setting) lambda setting.Options.Delta)
            Conclusion = $"Frobenius distance of the kernels at most lambda/4 = %.3g{level}"
            Observed =
                if failing.IsEmpty then
                    Setting.observe setting (fun network -> distance setting network <= level)
                else
                    None
            Order = None
            Remark =
                if failing.IsEmpty then
                    $"the exact second moment makes the distance lambda/4 in quadratic mean at m = %.3g{typical}"
                else
                    ""
        }

    /// Whether a symmetric matrix is positive definite, up to rounding.
    let private isPositiveDefinite (matrix: Matrix<float>) =
        try
            matrix.Cholesky() |> ignore
            true
        with :? System.ArgumentException ->
            false

    let private keepsSmallest (setting: Setting) network =
        let level = 0.75 * setting.Smallest.Value
        let gram = Setting.finiteGram setting network
        isPositiveDefinite (gram - Matrix<float>.Build.DenseIdentity(gram.RowCount).Multiply level)

    /// The eigenvalue part alone, by the matrix Chernoff bound.
    let smallestEigenvalue (setting: Setting) =
        let failing = Setting.standing setting @ Setting.only Relu setting

        {
            Id = "gram/concentration"
            Title = "the finite kernel stays positive definite (matrix Chernoff)"
            Condition = @"m \ge \frac{n}{0.034238\,\lambda} \ln(n/\delta)"
            Failing = failing
            Demanded =
                demanded
                    failing
                    (WidthCondition.chernoff
                        (Setting.count setting)
                        (Setting.lambda setting)
                        setting.Options.Delta)
            Conclusion =
                $"lambda_min of the finite kernel at least 3 lambda/4 = %.3g{0.75 * setting.Smallest.Value}"
            Observed =
                if failing.IsEmpty then
                    Setting.observe setting (keepsSmallest setting)
                else
                    None
            Order = None
            Remark = ""
        }

    /// The order in which a positive quantity of networks falls with their width, over at least five widths and
    /// the given number of runs at each.
    let internal fittedOrder (setting: Setting) runs largest (quantity: TwoLayer -> float) =
        let widths =
            [ 64; 128; 256; 512; 1024; 2048; 4096; 8192 ]
            |> List.filter (fun width -> width <= min largest (Setting.largestWidth setting))

        let point width =
            let values = [ for run in 0 .. runs - 1 -> quantity (Setting.network setting width run) ]
            let mean = List.average values
            let spread = values |> List.sumBy (fun v -> (v - mean) * (v - mean))

            {
                Scale = float width
                Mean = mean
                StandardError = sqrt (spread / float ((runs - 1) * runs))
            }

        let points = widths |> List.map point

        if points.Length >= 5 && points |> List.forall (fun p -> p.Mean > 0.0) then
            let order = LogLogFit.order 0.01 (runs - 1) points
            Some(-0.5, order)
        else
            None

    /// The law of large numbers for the kernel: the distance falls as m^(-1/2).
    let rate (setting: Setting) = {
        Id = "kernel/slln"
        Title = "the finite kernel tends to its limit as m^(-1/2)"
        Condition = ""
        Failing = []
        Demanded = nan
        Conclusion =
            "fitted order of the Frobenius distance in the width, over widths 64 to 4,096, 24 networks each"
        Observed = None
        Order = fittedOrder setting 24 4096 (distance setting)
        Remark = ""
    }
