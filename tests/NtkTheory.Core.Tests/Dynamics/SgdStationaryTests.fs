module NtkTheory.Core.Tests.Dynamics.SgdStationaryTests

open MathNet.Numerics.LinearAlgebra
open NtkTheory.Core.Tests
open NtkTheory.Models
open Xunit

let private matrix name element : Matrix<float> =
    Matrix<float>.Build.DenseOfRowArrays(Golden.get name element |> Golden.rows)

let private numbers name element =
    Golden.get name element |> Golden.vector

let private problem sampling step (inputs: System.Text.Json.JsonElement) : LeastSquaresSgd = {
    Inputs = matrix "X" inputs
    Labels = Vector<float>.Build.DenseOfArray(numbers "y" inputs)
    Batch = Golden.get "batch" inputs |> Golden.number |> int
    StepSize = step
    Sampling = sampling
}

let private same absolute relative (expected: Matrix<float>) (actual: Matrix<float>) =
    Seq.iter2 (Golden.close absolute relative) (expected.Enumerate()) (actual.Enumerate())

[<Theory>]
[<InlineData("sgd/stationary-covariance#1")>]
[<InlineData("sgd/stationary-covariance#2")>]
[<InlineData("sgd/stationary-covariance#3")>]
[<InlineData("sgd/stationary-covariance#5")>]
let ``the stationary law meets the golden values`` id =
    let case = Golden.case "dynamics" id
    let eta = Golden.get "eta" case.Inputs |> Golden.number
    let sgd = problem Bernoulli eta case.Inputs
    let sigma = (SgdStationary.stationaryCovariance sgd).Value
    let h = SgdStationary.hessian sgd
    let star = SgdStationary.minimizer sgd
    let close = same 1e-14 1e-11
    close (matrix "H" case.Outputs) h
    close (matrix "Sigma" case.Outputs) sigma
    close (matrix "C_tilde_mean" case.Outputs) (SgdStationary.meanSecondMoment sgd sigma)
    close (matrix "C_at_theta_star" case.Outputs) (SgdStationary.covariance sgd star)

    Array.iter2 (Golden.close 1e-14 1e-11) (numbers "theta_star" case.Outputs) (star.ToArray())

    Golden.close
        1e-14
        1e-11
        (Golden.get "theta_dot_gradL" case.Outputs |> Golden.number)
        ((h * sigma).Trace())

    Golden.close
        1e-14
        1e-11
        (Golden.get "second_moment_spectral_radius" case.Outputs |> Golden.number)
        (SgdStationary.spectralRadius sgd)

[<Fact>]
let ``the covariance under additive noise meets the golden value`` () =
    let case = Golden.case "dynamics" "sgd/lyapunov#1"

    let sigma =
        SgdStationary.lyapunov
            (Golden.get "eta" case.Inputs |> Golden.number)
            (matrix "H" case.Inputs)
            (matrix "C" case.Inputs)

    same 0.0 1e-13 (matrix "Sigma" case.Outputs) sigma

[<Fact>]
let ``the second moment of a batch meets the golden values`` () =
    let case = Golden.case "dynamics" "sgd/second-moment-formula#1"
    let theta = Vector<float>.Build.DenseOfArray(numbers "theta" case.Inputs)

    for sampling, name in [ Bernoulli, "C_tilde_bernoulli"; WithoutReplacement, "C_tilde_wor" ] do
        let sgd = problem sampling 0.1 case.Inputs
        same 0.0 1e-13 (matrix name case.Outputs) (SgdStationary.secondMoment sgd theta)

        Array.iter2
            (Golden.close 0.0 1e-13)
            (numbers "grad" case.Outputs)
            ((SgdStationary.gradient sgd theta).ToArray())

[<Theory>]
[<InlineData("sgd/noise-proportional-hessian#1")>]
[<InlineData("sgd/noise-proportional-hessian#2")>]
let ``the noise at the minimum meets the golden values`` id =
    let case = Golden.case "dynamics" id
    let sgd = problem Bernoulli 0.1 case.Inputs
    // entries that are zero in the file come out as rounding of a symmetric solve
    same 1e-15 1e-14 (matrix "H" case.Outputs) (SgdStationary.hessian sgd)

    same
        1e-15
        1e-14
        (matrix "C_at_theta_star" case.Outputs)
        (SgdStationary.covariance sgd (SgdStationary.minimizer sgd))

[<Theory>]
[<InlineData("sgd/challenge-chain#1")>]
[<InlineData("sgd/challenge-chain#2")>]
[<InlineData("sgd/challenge-chain#3")>]
let ``the walk with two step sizes meets the golden values`` id =
    let case = Golden.case "dynamics" id
    let n = Golden.get "n" case.Inputs |> Golden.number |> int
    let law = MarkovChain.stationary (MarkovChain.challenge n)
    Array.iter2 (Golden.close 1e-15 1e-12) (numbers "pi" case.Outputs) law
    Golden.close 1e-15 1e-12 (Golden.get "mass_A" case.Outputs |> Golden.number) (Array.sum law[.. n - 1])

[<Fact>]
let ``the lazy walk meets the golden value`` () =
    let case = Golden.case "dynamics" "sgd/ito-density#1"

    let law =
        MarkovChain.stationary (MarkovChain.lazyRing (Array.init 10 (fun k -> if k < 5 then 0.25 else 1.0)))

    Array.iter2 (Golden.close 0.0 1e-14) (numbers "pi" case.Outputs) law
