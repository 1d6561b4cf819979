/// Training with the limit kernel, in function space.
module NtkTheory.Catalog.Kernels.Flow

open System
open FsCheck.FSharp
open MathNet.Numerics.LinearAlgebra
open NtkTheory.Claims
open NtkTheory.Models
open NtkTheory.Numerics
open NtkTheory.Sampling

/// `Size` is a time. The last point is the test point, the others are the data.
let private ranges = {
    Setting.usual with
        Counts = 2, 5
        Dimensions = 2, 5
        Widths = 1, 1
        Sizes = 0.2, 20.0
}

/// Kernel matrix of the data, kernel values of the test point, labels, start on the data and at the test point.
type private Problem = {
    Kernel: Matrix<float>
    Section: float[]
    Labels: float[]
    Start: float[]
    StartHere: float
}

let private problem (setting: Setting) =
    let gram = GramMatrix.tangent (Setting.points setting)
    let n = gram.RowCount - 1
    let start = Draw.normals (Seed.split "start" (Setting.seed setting)) (n + 1)

    {
        Kernel = gram.SubMatrix(0, n, 0, n)
        Section = gram.Row(n).SubVector(0, n).ToArray()
        Labels = Array.truncate n (Setting.labels setting)
        Start = Array.truncate n start
        StartHere = start[n]
    }

/// f' = -(1/n) k (f_S - y) on the data and the test point together, by the classical Runge-Kutta method.
let private integrate steps problem time =
    let n = problem.Labels.Length

    let kernel i j =
        if i < n then problem.Kernel[i, j] else problem.Section[j]

    let slope (f: float[]) =
        Array.init (n + 1) (fun i ->
            -Seq.sum(seq { for j in 0 .. n - 1 -> kernel i j * (f[j] - problem.Labels[j]) })
            / float n)

    let h = time / float steps

    let along (f: float[]) factor (k: float[]) =
        Array.map2 (fun a b -> a + factor * b) f k

    let step f =
        let k1 = slope f
        let k2 = slope (along f (0.5 * h) k1)
        let k3 = slope (along f (0.5 * h) k2)
        let k4 = slope (along f h k3)
        Array.init (n + 1) (fun i -> f[i] + h / 6.0 * (k1[i] + 2.0 * k2[i] + 2.0 * k3[i] + k4[i]))

    let mutable f = Array.append problem.Start [| problem.StartHere |]

    for _ in 1..steps do
        f <- step f

    f

let private simulated (setting: Setting) =
    let problem = problem setting
    let steps = 40 + int (4.0 * setting.Size)
    let fine = integrate (2 * steps) problem setting.Size
    let coarse = integrate steps problem setting.Size
    // halving the step of a method of order 4 leaves a fifteenth of the difference; all of it is taken
    fun i -> Estimate.within (abs (fine[i] - coarse[i]) + 1e-12 * (1.0 + abs fine[i])) fine[i]

let private testIndex (setting: Setting) = setting.Points.Count - 1

let private simulatedTest setting = simulated setting (testIndex setting)

/// Rounding of a matrix function of a kernel of norm at most n, times labels of a few units.
let private closedForm (setting: Setting) value =
    Estimate.within (1e-12 * float setting.Points.Count * (1.0 + setting.Size + abs value)) value

let private predicted time (setting: Setting) =
    let p = problem setting
    closedForm setting (KernelFlow.predict p.Kernel p.Section p.Labels p.Start p.StartHere (time setting))

let private meanTime (setting: Setting) =
    setting.Size / float (setting.Points.Count - 1)

let private dataConditions = [ Condition.unitRows; Condition.distinctRows ]

let private entry id title statement = {
    Id = id
    Title = title
    Statement = statement
    Source = Sources.slides "Jacot, Gabriel and Hongler (2018)"
    Status = Proved
    Sharpness = Exact
    Method = ""
    Remark = ""
}

let private integration =
    "Runge-Kutta integration of the flow on data and test point, with the difference to doubled steps as radius, against the formula through eigenvectors."

/// The solution of the slides with the loss of the slide before.
let predictionFollowsTheSumOfSquares: Theorem<Setting> =
    let claim =
        Setting.over
            {
                ranges with
                    Counts = 3, 5
                    Sizes = 0.5, 20.0
            }
            (fun instances -> Claim.identity instances simulatedTest (predicted _.Size))

    {
        Entry = {
            entry
                "flow/jacot-formula"
                "As printed: with the mean loss, predictions follow exp(-t K)"
                @"L_S=\tfrac1n\sum\tfrac12(f(x_i)-y_i)^2:\quad f_t(x) = f_0(x)+k_S(x)\,k_{SS}^{-1}\bigl(I-e^{-t\,k_{SS}}\bigr)(y-f_0(S))" with
                Status = FalseAsStated "flow/jacot-formula/repaired"
                Method = integration
                Remark =
                    "The formula belongs to the loss (1/2) sum (f - y)^2; with the mean of the slide before, the exponent is t K / n. At t = 10 on the three points of the golden values: 0.69896 against 0.51666."
        }
        Claim = claim
        Controls = [
            Control.bound "exp(-n t K)" (predicted (fun s -> s.Size * float (s.Points.Count - 1))) claim
            Control.bound "exp(-2 t K / n)" (predicted (fun s -> 2.0 * meanTime s)) claim
        ]
    }

/// The solution for the mean loss.
let predictionFollowsTheMeanOfSquares: Theorem<Setting> =
    let claim = {
        Setting.over ranges (fun instances -> Claim.identity instances simulatedTest (predicted meanTime)) with
            Data = Setting.onData ranges dataConditions
    }

    {
        Entry = {
            entry
                "flow/jacot-formula/repaired"
                "With the mean loss, predictions follow exp(-t K / n)"
                @"L_S=\tfrac1n\sum\tfrac12(f(x_i)-y_i)^2:\quad f_t(x) = f_0(x)+k_S(x)\,k_{SS}^{-1}\bigl(I-e^{-t\,k_{SS}/n}\bigr)(y-f_0(S))" with
                Status = Repairs "flow/jacot-formula"
                Method = integration
        }
        Claim = claim
        Controls = [
            Control.create "printed: exp(-t K)" {
                Setting.over { ranges with Counts = 3, 5 } (fun instances ->
                    Claim.identity instances simulatedTest (predicted _.Size)) with
                    Data = None
            }
            Control.bound
                "without f_0 on the data"
                (fun setting ->
                    let p = problem setting

                    closedForm
                        setting
                        (KernelFlow.predict
                            p.Kernel
                            p.Section
                            p.Labels
                            (Array.map (fun _ -> 0.0) p.Start)
                            p.StartHere
                            (meanTime setting)))
                claim
        ]
    }

/// The same on the data themselves.
let dataFollowTheLinearFlow: Theorem<Setting> =
    let closed time (setting: Setting) =
        let p = problem setting
        closedForm setting (Array.head (KernelFlow.flow p.Kernel p.Labels p.Start (time setting)))

    let claim = {
        Setting.over ranges (fun instances ->
            Claim.identity instances (fun setting -> simulated setting 0) (closed meanTime)) with
            Data = Setting.onData ranges dataConditions
    }

    {
        Entry = {
            entry
                "flow/constant-kernel"
                "With a constant kernel the residual decays like exp(-t K / n)"
                @"u(t) = y+e^{-tK/n}(u(0)-y),\qquad u_k = y+(I-\eta K/n)^k(u_0-y)\ \text{for descent}" with
                Method = integration
                Remark = "The flow of ridgeless kernel regression on the same loss."
        }
        Claim = claim
        Controls = [
            Control.create "exp(-t K)" {
                Setting.over
                    {
                        ranges with
                            Counts = 3, 5
                            Sizes = 0.2, 3.0
                    }
                    (fun instances ->
                        Claim.identity instances (fun setting -> simulated setting 0) (closed _.Size)) with
                    Data = None
            }
            Control.bound "exp(t K / n)" (closed (fun s -> -(meanTime s))) claim
        ]
    }

/// The velocity of the outputs under the mean loss.
let outputsMoveByTheKernelTimesTheResidual: Theorem<Setting> =
    let ranges = {
        ranges with
            Counts = 1, 4
            Widths = 1, 32
            Activations = [ Tanh; Sigmoid; Softplus; Erf ]
            Sizes = 1.0, 1.0
    }

    let moved (setting: Setting) h =
        let points = Setting.points setting
        let network = Setting.network setting

        TwoLayer.outputs
            (TwoLayer.step (h / float setting.Points.Count) points (Setting.labels setting) network)
            points

    let velocity (setting: Setting) =
        let h = 1e-4
        let slope = ((moved setting h)[0] - (moved setting -h)[0]) / (2.0 * h)
        // the third derivative along the flow direction is bounded by the cube of a gradient of a few units
        let residuals =
            TwoLayer.residuals (Setting.network setting) (Setting.points setting) (Setting.labels setting)

        let size = 1.0 + Seq.sum (Seq.map abs residuals)
        Estimate.within (h * h * size ** 3.0 + 1e-11 * size) slope

    let formula scale (setting: Setting) =
        let points = Setting.points setting
        let network = Setting.network setting
        let kernel = TwoLayer.tangentGram network points
        let residuals = TwoLayer.residuals network points (Setting.labels setting)

        let value =
            -(kernel.Row(0).ToArray() |> Array.map2 (*) residuals |> Array.sum)
            / scale (float setting.Points.Count)

        Estimate.within (1e-13 * (1.0 + abs value)) value

    let claim = {
        Setting.over ranges (fun instances -> Claim.identity instances velocity (formula id)) with
            Data = Setting.onData ranges dataConditions
    }

    {
        Entry = {
            entry
                "flow/function-space"
                "Under gradient flow the outputs move by minus the kernel times the residual over n"
                @"L_S=\tfrac1n\sum_i\tfrac12(f(x_i)-y_i)^2:\quad \tfrac{d}{dt}f_S = -\tfrac1n k_{SS}^{(w_t)}(f_S-y)" with
                Method =
                    "Central differences of the outputs along the gradient (step 1e-4) on random smooth networks; radius h^2 (1 + |r|_1)^3."
        }
        Claim = claim
        Controls = [
            Control.create "without 1/n" {
                claim with
                    Instances = Setting.arbitrary { ranges with Counts = 2, 4 }
                    Bound = formula (fun _ -> 1.0)
            }
            Control.bound "the other sign" (formula (fun n -> -n)) claim
        ]
    }

let private invertible =
    Hypothesis.named "lambda_min(k_SS) >= 0.001" (fun setting ->
        (Spectrum.smallest (problem setting).Kernel).Value >= 1e-3)

/// Kernel values against the condition number of at most a few thousand.
let private conditioned (setting: Setting) value =
    Estimate.within (1e-10 * float setting.Points.Count * (1.0 + abs value)) value

let private limitOf startOf (setting: Setting) =
    let p = problem setting
    let start, here = startOf p
    conditioned setting (KernelFlow.limit p.Kernel p.Section p.Labels start here)

let private atZero (p: Problem) = Array.map (fun _ -> 0.0) p.Start, 0.0

/// Where the flow ends.
let predictionTendsToTheInterpolant: Theorem<Setting> =
    let late (setting: Setting) =
        let p = problem setting
        // e^-40 of what is left is below rounding
        let time = 40.0 / (Spectrum.smallest p.Kernel).Value
        conditioned setting (KernelFlow.predict p.Kernel p.Section p.Labels p.Start p.StartHere time)

    let solved withStart (setting: Setting) =
        let p = problem setting

        let target =
            if withStart then
                Array.map2 (-) p.Labels p.Start
            else
                p.Labels

        let weights = p.Kernel.Cholesky().Solve(Vector<float>.Build.Dense target)
        conditioned setting (p.StartHere + Vector<float>.Build.Dense(p.Section).DotProduct weights)

    let claim = {
        Setting.over ranges (fun instances -> Claim.identity instances late (solved true)) with
            Hypotheses = [ invertible ]
            Data = Setting.onData ranges dataConditions
    }

    {
        Entry = {
            entry
                "flow/limit"
                "The flow ends at the interpolant of least distance from the start"
                @"k_{SS}\ \text{invertible}:\quad f_\infty(x) = f_0(x)+k_S(x)\,k_{SS}^{-1}(y-f_0(S))" with
                Method =
                    "The closed form at t = 40 / lambda_min (matrix exponential) against a Cholesky solution."
                Remark =
                    "For singular k_SS the inverse is the pseudo-inverse, and the part of the residual in the null space stays for ever."
        }
        Claim = claim
        Controls = [
            Control.bound "without f_0 on the data" (solved false) claim
            Control.scaled 1.01 claim
        ]
    }

/// Kernel ridge regression in the limit of no ridge.
let flowEndsAtRidgelessRegression: Theorem<Setting> =
    let ridge amount (setting: Setting) =
        let p = problem setting

        let alpha =
            KernelRidge.dual amount p.Kernel (Vector<float>.Build.Dense p.Labels)

        let value = KernelRidge.value (Vector<float>.Build.Dense p.Section) alpha
        // (K + e)^-1 differs from K^-1 by at most e / lambda_min^2 <= 1e6 e
        Estimate.within (1e-12 * 1e6 * float setting.Points.Count + 1e-10 * (1.0 + abs value)) value

    let claim = {
        Setting.over ranges (fun instances -> Claim.identity instances (ridge 1e-12) (limitOf atZero)) with
            Hypotheses = [ invertible ]
            Data = Setting.onData ranges dataConditions
    }

    {
        Entry = {
            entry
                "flow/krr-equivalence"
                "From f_0 = 0 the flow ends at ridgeless kernel regression"
                @"f_0=0:\quad f_\infty(x) = \lim_{\lambda\downarrow0}k_S(x)(k_{SS}+\lambda I)^{-1}y" with
                Method = "Dual ridge regression with ridge 1e-12 against the limit through eigenvectors."
                Remark =
                    "'Just kernel ridge regression' is meant without a ridge, as an earlier slide says: with ridge 0.1 the golden problem gives 0.58115 for 0.78732."
        }
        Claim = claim
        Controls = [
            Control.create "ridge 0.1" {
                claim with
                    Measured = fun setting _ -> ridge 0.1 setting
            }
            Control.bound "from f_0 not 0" (limitOf (fun p -> p.Start, p.StartHere)) claim
        ]
    }

/// The posterior mean of a Gaussian process, by conditioning on one observation after another.
let flowEndsAtThePosteriorMean: Theorem<Setting> =
    let posterior withMean (setting: Setting) =
        let gram = GramMatrix.tangent (Setting.points setting)
        let p = problem setting
        let n = p.Labels.Length

        let mean =
            Array.append
                (if withMean then
                     p.Start
                 else
                     Array.map (fun _ -> 0.0) p.Start)
                [| p.StartHere |]

        let covariance = gram.ToArray()

        for k in 0 .. n - 1 do
            let column = Array.init (n + 1) (fun i -> covariance[i, k] / covariance[k, k])
            let surprise = p.Labels[k] - mean[k]
            let row = Array.init (n + 1) (fun j -> covariance[k, j])

            for i in 0..n do
                mean[i] <- mean[i] + column[i] * surprise

                for j in 0..n do
                    covariance[i, j] <- covariance[i, j] - column[i] * row[j]

        conditioned setting mean[n]

    let claim = {
        Setting.over ranges (fun instances ->
            Claim.identity instances (posterior true) (limitOf (fun p -> p.Start, p.StartHere))) with
            Hypotheses = [ invertible ]
            Data = Setting.onData ranges dataConditions
    }

    {
        Entry = {
            entry
                "flow/gp-mean"
                "The flow ends at the posterior mean of the Gaussian process with prior mean f_0"
                @"f_\infty(x) = E[g(x)\mid g(x_i)=y_i],\quad g\sim GP(f_0,k)" with
                Method =
                    "Conditioning on one observation after another (no matrix is inverted) against the limit through eigenvectors."
                Remark = "True of the mean only: the posterior covariance of trained networks is another."
        }
        Claim = claim
        Controls = [
            Control.create "prior mean 0 on the data" {
                claim with
                    Measured = fun setting _ -> posterior false setting
            }
            Control.scaled 1.01 claim
        ]
    }

/// The statements of this file.
let all = [
    Theorem.pack predictionFollowsTheSumOfSquares
    Theorem.pack predictionFollowsTheMeanOfSquares
    Theorem.pack dataFollowTheLinearFlow
    Theorem.pack outputsMoveByTheKernelTimesTheResidual
    Theorem.pack predictionTendsToTheInterpolant
    Theorem.pack flowEndsAtRidgelessRegression
    Theorem.pack flowEndsAtThePosteriorMean
]
