/// Eigenvalues of sample covariances (lecture of 12/7).
module NtkTheory.Catalog.Architecture.SampleCovariance

open FsCheck
open FsCheck.FSharp
open NtkTheory.Numerics
open NtkTheory.Sampling
open NtkTheory.Claims
open NtkTheory.Models
open NtkTheory.Catalog.Architecture.Notes

/// P data points in n_0 dimensions.
type Shape = { P: int; N0: int }

let private ratio i = float i.P / float i.N0

let private instances low high =
    let generator =
        gen {
            let! p = Gen.choose (low, high)
            let! percent = Gen.choose (20, 95)
            return { P = p; N0 = 100 * p / percent }
        }

    Arb.fromGenShrink (
        generator,
        (fun i -> Shapes.smaller (low + 1) i.P |> Seq.map (fun p -> { i with P = p }))
    )

/// One eigenvalue, chosen with equal probability, of a fresh sample covariance.
let private eigenvalue i seed =
    let spectrum = MarchenkoPastur.sampleSpectrum (Seed.split "matrix" seed) i.P i.N0
    let value = spectrum[Draw.below i.P 0L (Seed.split "choice" seed)]
    // backward error of the symmetric eigensolver: a small multiple of n u times the largest eigenvalue
    Estimate.rounded (8 * i.N0) (Array.last spectrum) value

/// The distance in which a finite size may differ: the mean spectral law is within order 1/P of its limit (Goetze
/// and Tikhomirov 2004, 2014); single spectra of 25 to 400 points gave P times the distance from 1.9 to 3.0.
let private finiteSize i = Estimate.exact (3.0 / float i.P)

/// The printed density, whose mass is alpha / 2.
let private printed alpha =
    fun x -> alpha / 2.0 * MarchenkoPastur.cdf alpha x

/// The law of Marchenko and Pastur for the eigenvalues.
let eigenvaluesFollowMarchenkoPastur: Theorem<Shape> =
    let claim = {
        Claim.law (fun i -> MarchenkoPastur.cdf (ratio i)) (instances 20 24) eigenvalue finiteSize with
            Hypotheses = [
                Hypothesis.named "0 < P / n_0 <= 1" (fun i -> ratio i > 0.0 && ratio i <= 1.0)
            ]
            Effort = { Instances = 0.03; Draws = 0.3 }
    }

    {
        Entry = {
            Id = "bayesian-linear/marchenko-pastur"
            Title = "Eigenvalues of a sample covariance follow the law of Marchenko and Pastur"
            Statement =
                @"$X \in R^{P \times n_0}$ with independent $N(0,1)$ entries, $P/n_0 \to \alpha \in (0, 1]$: the eigenvalues of $X X^T / n_0$ "
                + @"have the limit density $\frac{\sqrt{(\lambda_+ - x)(x - \lambda_-)}}{2 \pi \alpha x}$ on $[\lambda_-, \lambda_+]$, "
                + @"$\lambda_\pm = (1 \pm \sqrt\alpha)^2$; at $P$ points the mean spectral law is within $3/P$ of it in the distance of Kolmogorov."
            Source = orfAfter "Marchenko and Pastur 1967" "12/7" "Ex 1"
            Status = Proved
            Sharpness = Loose
            Method =
                "Left: one eigenvalue, chosen uniformly, of a fresh random matrix per draw. Right: the distribution function in closed form; "
                + "the band allows 3/P for the finite size beside the sampling error."
            Remark =
                "Printed with 2x in place of 2 pi alpha x over 2 pi: the density (1/2 pi) sqrt(...)/(2x) has mass alpha/2. It is one of "
                + "the controls. Ratios above 1 add an atom 1 - 1/alpha at 0 and are outside the hypothesis."
        }
        Claim = claim
        Controls = [
            Control.create "the printed density with mass alpha / 2" {
                claim with
                    Kind = Law(fun i -> printed (ratio i))
            }
            Control.create "all eigenvalues at 1, as for P fixed" {
                claim with
                    Kind = Law(fun _ x -> if x >= 1.0 then 1.0 else 0.0)
            }
        ]
    }

/// Every theorem of the topic.
let all = [ Theorem.pack eigenvaluesFollowMarchenkoPastur ]
