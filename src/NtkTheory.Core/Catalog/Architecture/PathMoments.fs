/// Moments of the input Jacobian of random ReLU nets (lecture of 11/30).
module NtkTheory.Catalog.Architecture.PathMoments

open FsCheck
open FsCheck.FSharp
open NtkTheory.Numerics
open NtkTheory.Claims
open NtkTheory.Models
open NtkTheory.Catalog.Architecture.Notes

let private nets law =
    let generator =
        Shapes.widths (1, 7) 80
        |> Gen.map (fun widths -> { Widths = widths; Law = law })

    let shrink net =
        Seq.append (Shapes.shorter 1 net.Widths) (Shapes.lower 1 net.Widths)
        |> Seq.map (fun widths -> { net with Widths = widths })

    Arb.fromGenShrink (generator, shrink)

let private vary net =
    Shapes.nudge 1 net.Widths
    |> Gen.map (fun widths -> { net with Widths = widths })

let private hidden net = List.tail net.Widths

let private inputWidth net = float (List.head net.Widths)

/// (12 / n_0^2) times a factor per hidden layer.
let private fourthMoment factor net =
    let value =
        hidden net
        |> List.fold (fun product n -> product * factor (float n)) (12.0 / inputWidth net ** 2.0)

    Estimate.rounded (3 * net.Widths.Length + 4) value value

/// E (dz/dx_p)^4 = (12 / n_0^2) prod (1 + 5 / n_l) for Gaussian weights.
let fourthMomentOfTheJacobianIsAProductOverLayers: Theorem<HeNet> =
    let claim = {
        Claim.identity
            (nets Normal)
            (PathMoments.jacobianFourth >> Rational.estimate)
            (fourthMoment (fun n -> 1.0 + 5.0 / n)) with
            Vary = vary
            Hypotheses = [ Hypothesis.named "Gaussian weights" (fun net -> net.Law = Normal) ]
    }

    {
        Entry = {
            Id = "paths/input-jacobian-fourth-moment"
            Title = "The fourth moment of an entry of the input Jacobian is a product over hidden layers"
            Statement =
                @"For a ReLU net of L hidden layers with Gaussian weights of variance 2/n_{l-1}, any input x \ne 0 and any p: "
                + @"E (\partial z/\partial x_p)^4 = \frac{12}{n_0^2} \prod_{l=1}^L (1 + 5/n_l). Hence it lies between "
                + @"(12/n_0^2) e^{\beta - (25/2) \sum 1/n_l^2} and (12/n_0^2) e^\beta, \beta = 5 \sum_{l=1}^L 1/n_l."
            Source = orfAfter "Hanin and Nica 2020" "11/30" "Exercise"
            Status = Proved
            Sharpness = Exact
            Method =
                "Left: transfer matrices on E|v_l|^4 and E sum v_i^4 in exact fractions, for the fourth moment of the law of the weights. "
                + "Right: the product in double precision. A plain Monte Carlo average is hopeless: its standard error is larger than the mean."
            Remark =
                "The notes ask for an equality with (const/n_0^2) exp(5 sum 1/n_l); that is an upper bound, not an equality "
                + "(widths 1: 72/n_0^2 at one layer, 432/n_0^2 at two). It is one of the controls."
        }
        Claim = claim
        Controls = [
            Control.bound
                "the printed equality with (12/n_0^2) exp(5 sum 1/n_l)"
                (fourthMoment (fun n -> exp (5.0 / n)))
                {
                    claim with
                        Instances = claim.Instances |> Arb.filter (fun net -> net.Widths.Length > 1)
                }
            Control.scaled (2.0 / 3.0) claim
            Control.without "Gaussian weights" (nets Laplace) claim
        ]
    }

/// Every theorem of the topic.
let all = [ Theorem.pack fourthMomentOfTheJacobianIsAProductOverLayers ]
