namespace NtkTheory.Analysis

open MathNet.Numerics.LinearAlgebra
open NtkTheory.Models
open NtkTheory.Numerics

/// Guarantees on the kernel of a random network at its start.
module KernelGuarantees =

    let private short = NtkTheory.Reporting.Numeral.short

    let private demanded failing width =
        if List.isEmpty failing then width else nan

    /// Lemma 1 of the lecture: the finite kernel is within lambda / 4 of its limit.
    let concentration (setting: Setting) =
        let failing = Setting.standing setting @ Setting.only Relu setting
        let lambda = Setting.lambda setting
        let level = 0.25 * setting.Smallest.Value
        let typical = 16.0 * GramMatrix.deviation setting.Points / (lambda * lambda)

        {
            Id = "gram/concentration"
            Part = ""
            Title = "the finite kernel is near its limit"
            Condition = @"m \ge 8 n^2 \lambda^{-2} \ln(n(n+1)/\delta)"
            Failing = failing
            Demanded =
                demanded
                    failing
                    (WidthCondition.concentration (Setting.count setting) lambda setting.Options.Delta)
            Conclusion = $"Frobenius distance of the kernels at most λ/4 = {short level}"
            Telling = true
            Observed =
                if failing.IsEmpty then
                    Setting.observe setting (fun network -> Setting.distanceToLimit setting network <= level)
                else
                    None
            Order = None
            Remark =
                if failing.IsEmpty then
                    $"by the exact second moment the distance is λ/4 in quadratic mean at m = {typical |> short}"
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

    /// Whether lambda_min of the network's kernel is at least a part of that of the limit.
    let internal keeps part (setting: Setting) network =
        let level = part * setting.Smallest.Value
        let gram = Setting.finiteGram setting network
        isPositiveDefinite (gram - Matrix<float>.Build.DenseIdentity(gram.RowCount).Multiply level)

    /// The eigenvalue part alone, by the matrix Chernoff bound.
    let smallestEigenvalue (setting: Setting) =
        let failing = Setting.standing setting @ Setting.only Relu setting

        {
            Id = "gram/concentration"
            Part = "Chernoff"
            Title =
                @"$\lambda_{\min}$ of the finite kernel is near its limit, by the matrix Chernoff inequality"
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
                $"$\\lambda_{{\\min}}$ of the finite kernel at least 3λ/4 = {short (0.75 * setting.Smallest.Value)}"
            Telling = true
            Observed =
                if failing.IsEmpty then
                    Setting.observe setting (keeps 0.75 setting)
                else
                    None
            Order = None
            Remark = ""
        }
