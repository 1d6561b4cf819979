namespace NtkTheory.Analysis

open MathNet.Numerics.LinearAlgebra
open NtkTheory.Models
open NtkTheory.Numerics

/// Guarantees on gradient descent and on what it moves.
module TrainingGuarantees =

    let private short = NtkTheory.Reporting.Numeral.short

    let private norm (values: float[]) =
        sqrt (Array.sumBy (fun v -> v * v) values)

    /// The step that is used in the runs: 1 / lambda_max of the limit kernel, half of what is stable.
    let step (setting: Setting) =
        1.0 / KernelSpectrum.largest setting.Spectrum

    /// Gradient descent of a network with that step.
    let descend (setting: Setting) network =
        GradientDescent.run
            setting.Execution
            (step setting)
            setting.Options.Steps
            setting.Points
            setting.Labels
            network

    let private staysBelow factor (run: DescentRun) =
        run.Losses
        |> Seq.indexed
        |> Seq.forall (fun (k, loss) -> loss <= run.Losses[0] * pown factor k * (1.0 + 1e-12))

    /// Song's Theorem 7: the loss shrinks geometrically.
    let geometricRate (setting: Setting) =
        let failing = Setting.standing setting @ Setting.only Relu setting
        let n, lambda = Setting.count setting, Setting.lambda setting
        let factor = 1.0 - 0.5 * step setting * lambda
        let own = WidthCondition.songLearningRate n lambda

        {
            Id = "convergence/gd-linear-rate"
            Part = ""
            Title = "gradient descent converges geometrically"
            Condition =
                @"m \ge 65536\,n^3 (\|y\| + \sqrt{2n\ln(6n/\delta)})^2 \lambda^{-4};; m \ge (640\,n/\lambda) \ln(9n^2/\delta);; m \ge 8 n^2 \lambda^{-2} \ln(3n(n+1)/\delta)"
            Failing = failing
            Demanded =
                if failing.IsEmpty then
                    WidthCondition.song n lambda (norm setting.Labels) setting.Options.Delta
                else
                    nan
            Conclusion =
                $"loss at most $(1 - \\eta\\lambda/2)^k$ of its start for k = 1 .. {setting.Options.Steps} with $\\eta = 1/\\lambda_{{\\max}}$ = {short (step setting)}"
            Telling = pown factor setting.Options.Steps <= 0.5
            Observed =
                if failing.IsEmpty then
                    Setting.observe setting (fun network -> staysBelow factor (descend setting network))
                else
                    None
            Order = None
            Remark =
                if failing.IsEmpty then
                    $"the bound has fallen to {short (pown factor setting.Options.Steps)} of its start after the last step; the theorem's own step $\\lambda/(4n^2)$ = {short own} would need about {short (1.0 / (own * lambda))} steps to show anything"
                else
                    ""
        }

    /// Whether lambda_min of the kernel is at least half of the limit's at the start and at four moments of a training.
    let private staysDefinite (setting: Setting) network =
        let stretch = max 1 (min 40 setting.Options.Steps / 4)

        let onwards (now: TwoLayer) =
            let run =
                GradientDescent.run setting.Execution (step setting) stretch setting.Points setting.Labels now

            run.End

        Seq.init 4 ignore
        |> Seq.scan (fun now () -> onwards now) network
        |> Seq.forall (KernelGuarantees.keeps 0.5 setting)

    /// Song's Lemma 6 as repaired: the kernel stays positive definite while the network trains.
    let definiteness (setting: Setting) =
        let failing = Setting.standing setting @ Setting.only Relu setting

        {
            Id = "convergence/gf-bootstrap-lemma6/repaired"
            Part = ""
            Title = "the kernel stays positive definite while the network trains"
            Condition =
                @"m > 256\,n^3 (\|y\| + \sqrt{2n\ln(6n/\delta)})^2 \lambda^{-4};; m \ge (80\,n/\lambda) \ln(3n^2/\delta);; m \ge 8 n^2 \lambda^{-2} \ln(3n(n+1)/\delta)"
            Failing = failing
            Demanded =
                if failing.IsEmpty then
                    WidthCondition.bootstrap
                        (Setting.count setting)
                        (Setting.lambda setting)
                        (norm setting.Labels)
                        setting.Options.Delta
                else
                    nan
            Conclusion =
                $"$\\lambda_{{\\min}}$ of the finite kernel at least λ/2 = {short (0.5 * setting.Smallest.Value)} at five moments of {min 40 setting.Options.Steps} steps with $\\eta = 1/\\lambda_{{\\max}}$"
            Telling = true
            Observed =
                if failing.IsEmpty then
                    Setting.observe setting (staysDefinite setting)
                else
                    None
            Order = None
            Remark =
                if failing.IsEmpty then
                    "the lemma is on gradient flow, which the steps stand for"
                else
                    ""
        }

    /// Activations with |s|, |s'|, |s''| <= 1, as the smooth theorem demands.
    let private isBoundedSmooth activation =
        match activation with
        | Tanh
        | Sin
        | Cos
        | Sigmoid
        | Bump -> true
        | _ -> false

    /// The theorem for smooth activations. Its outer weights are uniform on [-1, 1], so its kernel is a third of
    /// the one with signs.
    let smoothRate (setting: Setting) =
        let activation = setting.Options.Activation

        let failing = [
            yield! Setting.standing setting
            if not (isBoundedSmooth activation) then
                $"{activation.Name} has no bound 1 on its values and first two derivatives"
        ]

        let n = Setting.count setting
        let lambda0 = Setting.lambda setting / 3.0
        let loss0 = 0.5 * norm setting.Labels ** 2.0 / float n
        let factor = 1.0 - 0.5 * step setting * Setting.lambda setting

        {
            Id = "convergence/smooth-global"
            Part = ""
            Title = "training of a smooth network converges globally"
            Condition = @"m > 128\, n^4 L_0 / \lambda_0^4"
            Failing = failing
            Demanded =
                if failing.IsEmpty then
                    WidthCondition.smooth n lambda0 loss0
                else
                    nan
            Conclusion =
                $"loss at most $(1 - \\eta\\lambda/2)^k$ of its start for k = 1 .. {setting.Options.Steps} with $\\eta = 1/\\lambda_{{\\max}}$ = {short (step setting)}"
            Telling = pown factor setting.Options.Steps <= 0.5
            Observed =
                if failing.IsEmpty then
                    Setting.observe setting (fun network -> staysBelow factor (descend setting network))
                else
                    None
            Order = None
            Remark =
                @"$\lambda_0$ is a third of $\lambda$, for outer weights uniform on [-1, 1]; $L_0$ is the loss of outputs 0"
        }

    /// sup |f - f_0| over the ball at one point: exact for ReLU.
    let private worstLinearization (setting: Setting) radius (network: TwoLayer) =
        let t = Product.multiplyTranspose setting.Execution network.Hidden setting.Points

        Seq.init (Setting.count setting) (fun i ->
            Linearization.reluSup
                (t.Column(i).ToArray())
                network.Outer
                (radius * (setting.Points.Row i).L2Norm()))
        |> Seq.max

    let private unitRows (setting: Setting) = [
        if not setting.Summary.NotUnit.IsEmpty then
            Guarantee.rows "unit norms" setting.Summary.NotUnit
    ]

    /// A tenth of the labels' quadratic mean.
    let private tolerated (setting: Setting) =
        0.1 * norm setting.Labels / sqrt (float (max 1 (Setting.count setting)))

    let private nearLinearization radius (setting: Setting) id condition failing width = {
        Id = id
        Part = ""
        Title = "the network is its linearization on the ball that training visits"
        Condition = condition
        Failing = failing
        Demanded = if failing.IsEmpty then width else nan
        Conclusion =
            $"$|f - f_0|$ at most $\\varepsilon$ = {short (tolerated setting)} (a tenth of the labels' quadratic mean) at every point, for all weights within B = {short radius} of the start"
        Telling = true
        Observed = None
        Order = None
        Remark = "no exact supremum is computed for smooth activations, so no width is observed"
    }

    let private reluLinearization radius (setting: Setting) =
        let level = tolerated setting
        let delta = setting.Options.Delta / float (max 1 (Setting.count setting))
        let failing = unitRows setting @ Setting.only Relu setting

        let line =
            // the bound solved for m
            ((2.0 * radius ** (4.0 / 3.0) + radius * (-log delta) ** 0.25) / level) ** 6.0
            |> nearLinearization
                radius
                setting
                "linearization/relu"
                @"m \ge ((2B^{4/3} + B \ln(n/\delta)^{1/4}) / \varepsilon)^6"
                failing

        {
            line with
                Observed =
                    if failing.IsEmpty then
                        Setting.observe setting (fun network ->
                            worstLinearization setting radius network <= level)
                    else
                        None
                Remark = "the supremum over the ball is computed exactly, not sampled"
        }

    let private smoothLinearization radius (setting: Setting) =
        let smoothness = Activation.smoothness setting.Options.Activation

        let failing = [
            yield! unitRows setting
            if smoothness = infinity then
                $"{setting.Options.Activation.Name} is neither ReLU nor smooth"
        ]

        // the bound solved for m
        (smoothness * radius * radius / (2.0 * tolerated setting)) ** 2.0
        |> nearLinearization
            radius
            setting
            "linearization/smooth"
            @"m \ge (\beta B^2 / (2\varepsilon))^2"
            failing

    /// Whether networks are near their linearization on the ball that training visits.
    let linearization radius (setting: Setting) =
        if setting.Options.Activation = Relu then
            reluLinearization radius setting
        else
            smoothLinearization radius setting

    /// The same between any two weights of the ball, twice the bound for ReLU.
    let betweenTwoPoints radius (setting: Setting) =
        let line = reluLinearization radius setting

        {
            line with
                Id = "linearization/relu-two-point"
                Title = "the network is linear between any two weights of the ball that training visits"
                Condition = @"m \ge ((4B^{4/3} + 2B \ln(n/\delta)^{1/4}) / \varepsilon)^6"
                // twice the bound to the sixth power
                Demanded = 64.0 * line.Demanded
                Observed = None
                Remark =
                    "the supremum over pairs of weights takes time exponential in the width, so no width is observed"
        }
