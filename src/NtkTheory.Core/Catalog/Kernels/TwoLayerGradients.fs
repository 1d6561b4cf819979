/// Gradients of two-layer ReLU networks, and the exact decomposition of a step.
module NtkTheory.Catalog.Kernels.TwoLayerGradients

open System
open MathNet.Numerics.LinearAlgebra
open NtkTheory.Claims
open NtkTheory.Models
open NtkTheory.Numerics
open NtkTheory.Sampling

let private ranges = {
    Setting.usual with
        Counts = 1, 4
        Dimensions = 1, 5
        Widths = 1, 32
        Sizes = 1e-4, 0.05
}

let private step = 1e-6

let private direction (setting: Setting) (network: TwoLayer) : Matrix<float> =
    Draw.normalMatrix
        (Seed.split "direction" (Setting.seed setting))
        network.Hidden.RowCount
        network.Hidden.ColumnCount

let private along (setting: Setting) h =
    let network = Setting.network setting
    TwoLayer.withHidden (network.Hidden + (direction setting network).Multiply(h: float)) network

/// No neuron changes its activity between the two ends of the difference quotient.
let private awayFromKinks =
    Hypothesis.named "no kink within the step" (fun setting ->
        let points = Setting.points setting

        let active h =
            GramMatrix.patterns (along setting h).Hidden points

        let low, high = active -step, active step
        Seq.forall2 (=) (Seq.cast<bool> low) (Seq.cast<bool> high))

/// Between kinks the outputs are linear and the loss quadratic in the weights: central differences are exact up
/// to rounding of values of a few units over the step.
let private quotient (setting: Setting) f =
    let value = (f (along setting step) - f (along setting -step)) / (2.0 * step)

    let size =
        1.0
        + Spectrum.frobenius (Setting.network setting).Hidden
        + abs (f (along setting step))

    Estimate.within (Estimate.gamma (8 * setting.Width + 64) * size * size / step) value

let private contraction setting (gradient: TwoLayer -> Matrix<float>) =
    let network = Setting.network setting

    let value =
        ((gradient network).PointwiseMultiply(direction setting network)).RowSums().Sum()

    Estimate.within (1e-12 * (1.0 + abs value)) value

let private song = Sources.song

/// The gradient of the output.
let gradientOfTheOutputIsTheActivePart: Theorem<Setting> =
    let output (setting: Setting) =
        quotient setting (fun network -> (TwoLayer.outputs network (Setting.points setting))[0])

    let formula scale (setting: Setting) =
        let x = (Setting.points setting).Row 0

        contraction setting (fun network ->
            let factors =
                Vector<float>
                    .Build.Dense(
                        network.Outer
                        |> Array.mapi (fun r a ->
                            if network.Hidden.Row(r).DotProduct x >= 0.0 then
                                scale (float setting.Width) * a
                            else
                                0.0)
                    )

            factors.OuterProduct x)

    let claim = {
        Setting.identity ranges output (formula (fun m -> 1.0 / sqrt m)) with
            Hypotheses = [ awayFromKinks ]
    }

    {
        Entry =
            Sources.exact
                (song "eq. (1)")
                "two-layer/gradient-f"
                "The gradient of the output in w_r is a_r x / sqrt m where the neuron is active"
                @"\frac{\partial f}{\partial w_r} = \frac{1}{\sqrt m}\,a_r\,x\,1[w_r\cdot x\ge0]\quad\text{(almost everywhere)}"
                "Central differences of the output in a random direction, away from kinks, where they are exact up to rounding."
                ""
        Claim = claim
        Controls = [
            Control.bound
                "1/m in place of 1/sqrt m"
                (fun s -> Estimate.scale 2.0 (formula (fun m -> 1.0 / m) s))
                claim
            Control.bound "half of the gradient" (formula (fun m -> 0.5 / sqrt m)) claim
        ]
    }

/// The gradient of the loss.
let gradientOfTheLossSumsOverThePoints: Theorem<Setting> =
    let loss (setting: Setting) =
        quotient setting (fun network ->
            TwoLayer.loss network (Setting.points setting) (Setting.labels setting))

    let formula sign (setting: Setting) =
        let points = Setting.points setting
        let y = Setting.labels setting

        contraction setting (fun network ->
            let u = TwoLayer.outputs network points
            let scale = 1.0 / sqrt (float setting.Width)

            let active r i =
                network.Hidden.Row(r).DotProduct(points.Row i) >= 0.0

            let entry r k i =
                if active r i then
                    scale * sign u[i] y[i] * network.Outer[r] * points[i, k]
                else
                    0.0

            network.Hidden.MapIndexed(fun r k _ -> Seq.sum (Seq.init points.RowCount (entry r k))))

    let claim = {
        Setting.identity ranges loss (formula (-)) with
            Hypotheses = [ awayFromKinks ]
    }

    {
        Entry =
            Sources.exact
                (song "eq. (3)")
                "two-layer/gradient-loss"
                "The gradient of the loss sums the residuals over the points on which a neuron is active"
                @"\frac{\partial L}{\partial w_r} = \frac{1}{\sqrt m}\sum_i (f(x_i)-y_i)\,a_r\,x_i\,1[w_r\cdot x_i\ge0],\qquad L=\tfrac12\sum_i(y_i-f(x_i))^2"
                "Central differences of the loss in a random direction, away from kinks, where it is quadratic."
                ""
        Claim = claim
        Controls = [
            Control.bound "the other sign" (formula (fun u y -> y - u)) claim
            Control.bound "outputs in place of residuals" (formula (fun u _ -> u)) claim
        ]
    }

/// Algorithm 1, line by line.
let algorithmComputesTheGradient: Theorem<Setting> =
    let algorithm sign (setting: Setting) =
        let points = Setting.points setting
        let network = Setting.network setting
        let u = TwoLayer.outputs network points

        let entry r k =
            // row i of Q is a_r sigma'(w_r.x_i) x_i / sqrt m
            let q i =
                if network.Hidden.Row(r).DotProduct(points.Row i) >= 0.0 then
                    network.Outer[r] * points[i, k] / sqrt (float setting.Width)
                else
                    0.0

            -Seq.sum(Seq.mapi (fun i y -> q i * (y - sign * u[i])) (Setting.labels setting))

        let value =
            Seq.sum (
                seq {
                    for r in 0 .. setting.Width - 1 do
                        for k in 0 .. points.ColumnCount - 1 -> float (r + 2 * k + 1) * entry r k
                }
            )

        Estimate.rounded
            (16 * setting.Width + 64)
            (1.0 + abs value + float (setting.Width * setting.Width * 10))
            value

    let library (setting: Setting) =
        let gradient =
            TwoLayer.lossGradient (Setting.network setting) (Setting.points setting) (Setting.labels setting)
        // one number that sees every entry
        let value =
            (gradient.MapIndexed(fun r k v -> float (r + 2 * k + 1) * v)).RowSums().Sum()

        Estimate.rounded
            (16 * setting.Width + 64)
            (1.0 + abs value + float (setting.Width * setting.Width * 10))
            value

    let claim = Setting.identity ranges (algorithm 1.0) library

    {
        Entry =
            Sources.exact
                (song "Algorithm 1")
                "two-layer/algorithm1"
                "Algorithm 1 computes the gradient of the loss"
                @"\mathrm{grad}_r = -Q^\top(y-u),\quad Q_{i,:} = \tfrac{1}{\sqrt m}a_r\,\sigma'(w_r\cdot x_i)\,x_i^\top"
                "The algorithm row by row against the library's gradient, as a weighted sum of all entries."
                ""
        Claim = claim
        Controls = [
            Control.create "y + u in place of y - u" {
                claim with
                    Measured = fun setting _ -> algorithm -1.0 setting
            }
            Control.bound "half of the gradient" (library >> Estimate.scale 0.5) claim
        ]
    }

/// The velocity of the outputs under gradient flow.
let outputsMoveByTheGramMatrix: Theorem<Setting> =
    let moved (setting: Setting) h =
        TwoLayer.step h (Setting.points setting) (Setting.labels setting) (Setting.network setting)

    let unchanged =
        Hypothesis.named "no neuron changes within the step" (fun setting ->
            let active h =
                GramMatrix.patterns (moved setting h).Hidden (Setting.points setting)

            Seq.forall2 (=) (Seq.cast<bool>(active -step)) (Seq.cast<bool>(active step)))

    let velocity (setting: Setting) =
        let output h =
            (TwoLayer.outputs (moved setting h) (Setting.points setting))[0]

        let size = 1.0 + Spectrum.frobenius (Setting.network setting).Hidden

        Estimate.within
            (Estimate.gamma (8 * setting.Width + 64) * size * size / step)
            ((output step - output -step) / (2.0 * step))

    let formula gram (setting: Setting) =
        let points = Setting.points setting
        let network = Setting.network setting

        let residuals =
            Vector<float>.Build.Dense(TwoLayer.residuals network points (Setting.labels setting))

        let kernel: Matrix<float> = gram network points
        let value = -(kernel.Row(0).DotProduct residuals)
        Estimate.within (1e-12 * (1.0 + abs value)) value

    let finite (network: TwoLayer) points = GramMatrix.finite network.Hidden points

    let claim = {
        Setting.identity ranges velocity (formula finite) with
            Hypotheses = [ unchanged ]
    }

    {
        Entry =
            Sources.exact
                (song "Fact 4")
                "dynamics/fact4"
                "Under gradient flow the outputs move by H (y - u)"
                @"a_r^2=1:\quad \frac{d}{dt}u(t) = H(t)\,(y-u(t))\quad\text{(between changes of activity)}"
                "Central differences of the outputs along the gradient of the loss, where no neuron changes its activity."
                ""
        Claim = claim
        Controls = [
            Control.bound
                "the limit H^cts in place of H"
                (formula (fun _ points -> GramMatrix.tangent points))
                claim
            Control.bound "-H" (formula finite >> Estimate.negate) claim
        ]
    }

/// The decomposition of a step with radius R = 20 eta.
let decompose (setting: Setting) =
    let network = Setting.network setting

    StepDecomposition.ofStep
        (20.0 * setting.Size)
        setting.Size
        (Setting.points setting)
        (Setting.labels setting)
        network
        network

let private staysInBall =
    Hypothesis.named "the step stays within R" (fun setting ->
        let network = Setting.network setting

        let after =
            TwoLayer.step setting.Size (Setting.points setting) (Setting.labels setting) network

        TwoLayer.displacement network after <= 20.0 * setting.Size)

/// Claim 9.
let squaredResidualChangesByFourTerms: Theorem<Setting> =
    let after setting =
        let parts = decompose setting
        Estimate.rounded (64 * setting.Width + 256) (1.0 + parts.Before) parts.After

    let sum terms setting =
        let parts = decompose setting
        let value = parts.Before + List.sumBy (fun k -> parts.Terms[k]) terms
        Estimate.rounded (64 * setting.Width + 256) (1.0 + parts.Before) value

    let claim = {
        Setting.identity ranges after (sum [ 0; 1; 2; 3 ]) with
            Hypotheses = [ Condition.hasUnitInputs; staysInBall ]
    }

    {
        Entry =
            Sources.exact
                (song "Claim 9")
                "convergence/claim9"
                "The squared residual after a step is that before plus C1 + C2 + C3 + C4"
                @"\|y-u(k+1)\|^2 = \|y-u(k)\|^2+C_1+C_2+C_3+C_4,\ C_1=-2\eta r^\top Hr,\ C_2=2\eta r^\top H^\perp r,\ C_3=-2r^\top v_2,\ C_4=\|u(k+1)-u(k)\|^2"
                "Real steps with R = 20 eta against the four terms; exact as long as both ends of the step are within R of the start."
                "H-perp counts for row i the neurons of which |w_r(0).x_i| < R; it is not symmetric. Not applicable once the iterates leave the ball."
        Claim = claim
        Controls = [
            Control.bound "without C4" (sum [ 0; 1; 2 ]) claim
            Control.bound "without C1" (sum [ 1; 2; 3 ]) claim
        ]
    }

/// The statements of this file.
let all = [
    Theorem.pack gradientOfTheOutputIsTheActivePart
    Theorem.pack gradientOfTheLossSumsOverThePoints
    Theorem.pack algorithmComputesTheGradient
    Theorem.pack outputsMoveByTheGramMatrix
    Theorem.pack squaredResidualChangesByFourTerms
]
