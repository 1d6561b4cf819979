/// Training with the limit kernel, in function space.
module NtkTheory.Catalog.Kernels.Flow

open System
open NtkTheory.Claims
open NtkTheory.Models
open NtkTheory.Numerics
open NtkTheory.Catalog.Kernels.FlowProblem

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
                    "The formula belongs to the loss (1/2) sum (f - y)^2; with the mean of the slide before, the exponent is t K / n. For the points (1, 0), (0, 1), (3/5, 4/5) with labels 1, -1, 1/2 and f_0 = 0 it gives at (4/5, 3/5) and t = 10 the value 0.69896 for 0.51666."
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

/// The statements of this file.
let all = [
    Theorem.pack predictionFollowsTheSumOfSquares
    Theorem.pack predictionFollowsTheMeanOfSquares
    Theorem.pack dataFollowTheLinearFlow
    Theorem.pack outputsMoveByTheKernelTimesTheResidual
]
