/// Random walks whose step depends on the place, and the law of the noise: lecture 11/16 of the notes.
module NtkTheory.Catalog.Dynamics.SgdChains

open FsCheck
open FsCheck.FSharp
open NtkTheory.Catalog.Dynamics.Sources
open NtkTheory.Claims
open NtkTheory.Models
open NtkTheory.Numerics

let private entry id status =
    Sources.entry id status Exact (notes "11/16" "random walks on a ring")

// dense solves with at most 40 unknowns and condition number below 1e4
let private solved value = Estimate.within 1e-10 value

/// A walk on a ring that goes as far to the left as to the right, and the site that is looked at.
type Ring = {
    Sites: int
    Step: int
    /// The step on the second half; the same as `Step` for a uniform walk.
    Beyond: int
    Site: int
}

let private rings beyond =
    gen {
        let! half = Gen.choose (1, 6)
        // odd, and one step: a single recurrent class
        let sites = 2 * half + 1
        let! site = Gen.choose (0, sites - 1)

        return {
            Sites = sites
            Step = 1
            Beyond = beyond
            Site = site
        }
    }
    |> Arb.fromGen

let private steps item =
    Array.init item.Sites (fun k -> if 2 * k < item.Sites then item.Step else item.Beyond)

let private massAt item =
    MarkovChain.stationary (MarkovChain.ring (steps item))
    |> Array.item item.Site
    |> solved

let constantStepsLeaveTheUniformLaw: Theorem<Ring> =
    let uniform item = Estimate.exact (1.0 / float item.Sites)

    let claim = Claim.identity (rings 1) massAt uniform

    {
        Entry =
            entry
                "sgd/ring-uniform"
                Proved
                "a walk with constant steps on a ring has the uniform law as stationary law"
                @"\theta_{t+1}=\theta_t\pm\Delta\quad\text{on a ring of }n\text{ sites}\ \Rightarrow\ \pi_k=\tfrac1n"
                "the stationary law by a dense solve, at one site; rings of 3 to 13 sites, odd so that all sites are reached from each other at both parities."
                "The transition matrix is doubly stochastic. On even rings the uniform law is stationary too, but the walk alternates and does not converge to it."
        Claim = claim
        Controls = [
            Control.create "steps of 2 on the second half" {
                claim with
                    Instances = rings 2
                    Vary = fun _ -> (rings 2).Generator
            }
            Control.scaled 1.1 claim
        ]
    }

/// The ring of 2 n sites with steps 1 on the first half and 2 on the second.
type HalfRing = { Half: int }

let private halfRings =
    Gen.choose (2, 20) |> Gen.map (fun n -> { Half = n }) |> Arb.fromGen

let private massOfFirstHalf item =
    MarkovChain.stationary (MarkovChain.challenge item.Half)
    |> Array.take item.Half
    |> Array.sum
    |> solved

let private constantMass value (_: HalfRing) = Estimate.rounded 4 1.0 value

let private limitMass _ = Estimate.exact 0.8

let largerStepsRepelAsPrinted: Theorem<HalfRing> =
    let claim =
        Claim.identity halfRings massOfFirstHalf (constantMass (sqrt 2.0 / (sqrt 2.0 + 1.0)))

    {
        Entry =
            entry
                "sgd/challenge-chain"
                (FalseAsStated "sgd/challenge-chain/repaired")
                "steps of one and two on the halves of a ring: mass sqrt2/(sqrt2+1) on the first, as printed"
                @"\theta_{t+1}=\theta_t\pm\Delta\quad(\theta_t<\pi),\quad\theta_t\pm2\Delta\quad(\theta_t\ge\pi)\ \Rightarrow\ \pi([0,\pi))=\frac{\sqrt2}{\sqrt2+1}"
                "the exact chain with n sites on each half, by a dense solve."
                "The density is proportional to 1/sigma^2 where the variance is taken at the point of departure, so the limit is 4/5, not 0.586; 2/3 would need 1/sigma."
        Claim = claim
        Controls = [
            Control.bound "density proportional to 1/sigma: 2/3" (constantMass (2.0 / 3.0)) claim
            Control.bound "the uniform law: 1/2" (constantMass 0.5) claim
        ]
    }

let largerStepsRepelByTheSquare: Theorem<HalfRing> =
    let closed item =
        let n = item.Half

        if n % 2 = 0 then
            Estimate.rounded 4 1.0 (float (4 * n) / float (5 * n + 2))
        else
            Estimate.rounded 4 1.0 (float (4 * (n - 1)) / float (5 * n - 3))

    let claim = Claim.identity halfRings massOfFirstHalf closed

    {
        Entry =
            entry
                "sgd/challenge-chain/repaired"
                (Repairs "sgd/challenge-chain")
                "steps of one and two on the halves of a ring: four fifths of the mass on the first"
                @"\pi([0,\pi))=\frac{4n}{5n+2}\quad(n\text{ even}),\quad\frac{4(n-1)}{5n-3}\quad(n\text{ odd})\ \to\ \tfrac45\qquad(n\text{ sites on each half})"
                "the exact chain by a dense solve against the closed form, n = 2 to 20."
                "The densities are 4/(5 pi) and 1/(5 pi): their ratio is that of 1/sigma^2."
        Claim = claim
        Controls = [
            Control.bound "printed: sqrt2/(sqrt2+1)" (constantMass (sqrt 2.0 / (sqrt 2.0 + 1.0))) claim
            Control.bound "the limit 4/5 at finite n" limitMass claim
        ]
    }

/// A lazy walk on a ring that leaves its sites at these rates.
type Lazy = { Rates: float list }

let private lazyWalks =
    gen {
        let! count = Gen.choose (3, 10)
        let! rates = Gen.listOfLength count (between 0.1 1.0)
        return { Rates = rates }
    }
    |> Arb.fromGen

let densityIsInverseToTheVariance: Theorem<Lazy> =
    let measured item =
        MarkovChain.lazyRing (Array.ofList item.Rates)
        |> MarkovChain.stationary
        |> Array.head
        |> solved

    let share power item =
        let weights = item.Rates |> List.map (fun r -> r ** -power)
        Estimate.rounded 40 1.0 (weights.Head / List.sum weights)

    let claim = Claim.identity lazyWalks measured (share 1.0)

    {
        Entry = {
            entry
                "sgd/ito-density"
                Proved
                "without drift, the stationary density is inverse to the variance at the point of departure"
                @"P(k,k\pm1)=\tfrac{r_k}2\ \Rightarrow\ \pi_k\propto\frac1{r_k};\qquad d\theta=\sigma(\theta)\,dW\quad\text{(Ito)}\ \Rightarrow\ \rho\propto\frac1{\sigma^2}"
                "a lazy walk on a ring of 3 to 10 sites with rates in [0.1, 1]: the mass of the first site by a dense solve. The rate is the variance of a step."
                "Detailed balance." with
                Source = added "11/16" "driftless Ito density"
        }
        Claim = claim
        Controls = [
            Control.bound "inverse to the standard deviation" (share 0.5) claim
            Control.bound "the uniform law" (share 0.0) claim
        ]
    }
