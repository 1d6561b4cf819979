namespace NtkTheory.Numerics

open System
open MathNet.Numerics.Integration

/// Nodes on the line with weights that hold the standard normal density: sums are expectations over N(0, 1).
type GaussianRule = { Nodes: float[]; Weights: float[] }

/// Expectations over one standard normal variable by Gauss-Legendre panels on |z| <= reach, broken at kinks so
/// that each panel sees an analytic function.
module GaussianExpectation =

    /// Where the rules stop: the normal density there is 2e-27, and P(|Z| > 11) < 4e-28.
    let reach = 11.0

    let private density z = exp (-0.5 * z * z) / sqrt Math.Tau

    let private panelRule order =
        let rule = GaussLegendreRule(-1.0, 1.0, order)
        Array.init order rule.GetAbscissa, Array.init order rule.GetWeight

    let private sixteen = panelRule 16

    /// The ends of panels no wider than `width` that have every kink inside the reach among their ends.
    let private panelEnds width kinks =
        let ends =
            [ -reach; 0.0; reach ] @ List.filter (fun k -> abs k < reach) kinks
            |> List.distinct
            |> List.sort

        let split (low, high) =
            let count = max 1 (int (ceil ((high - low) / width)))
            List.init count (fun i -> low + (high - low) * float i / float count)

        (List.pairwise ends |> List.collect split) @ [ reach ]

    let private rows width kinks = [|
        let abscissae, weights = sixteen

        for low, high in panelEnds width kinks |> List.pairwise do
            let half = 0.5 * (high - low)

            for i in 0 .. abscissae.Length - 1 do
                let z = 0.5 * (low + high) + half * abscissae[i]
                struct (z, half * weights[i] * density z)
    |]

    /// Panels of the given width with 16 nodes each. A function analytic at distance at least the width from
    /// the line converges to rounding; halve the width for functions of a scaled variable.
    let ruleOfWidth width kinks =
        let nodes = rows width kinks

        {
            Nodes = nodes |> Array.map (fun struct (z, _) -> z)
            Weights = nodes |> Array.map (fun struct (_, w) -> w)
        }

    /// The rule with panels of width 1/2.
    let rule kinks = ruleOfWidth 0.5 kinks

    /// The rule without kinks other than 0, made once.
    let standard = rule []

    /// The sum of weight times value: E f(Z) up to the parts beyond the reach.
    let mean (rule: GaussianRule) (f: float -> float) =
        let mutable sum = 0.0

        for i in 0 .. rule.Nodes.Length - 1 do
            sum <- sum + rule.Weights[i] * f rule.Nodes[i]

        sum

    /// E[|f|; |Z| > reach] for |f(z)| <= scale exp(rate |z|): 2 scale e^(rate^2/2) Q(reach - rate), by
    /// completing the square, with Q(x) <= e^(-x^2/2)/2.
    let truncation scale rate =
        scale * exp (0.5 * rate * rate - 0.5 * (reach - rate) * (reach - rate))

    /// E f(Z) with a radius: the truncation bound for |f(z)| <= scale exp(rate |z|), the rounding of the sum of
    /// magnitudes, and the difference from panels twice as wide (whose error is far the larger of the two).
    let estimate scale rate kinks f =
        let fine = rule kinks
        let value = mean fine f
        let magnitude = mean fine (f >> abs)
        let refinement = abs (value - mean (ruleOfWidth 1.0 kinks) f)
        let rounding = Estimate.gamma (fine.Nodes.Length + 8) * magnitude
        Estimate.within (truncation scale rate + refinement + rounding) value

    /// E f(Z1) g(Z2) for standard normal variables of correlation rho: Z2 = rho Z1 + sqrt(1 - rho^2) W, with the
    /// inner panels broken where g has its kinks. `chord` is 1 - |rho|, given apart so that it keeps its digits.
    let bivariate (f, kinksOfF) (g, kinksOfG: float list) rho chord =
        let spread = sqrt (max 0.0 (chord * (1.0 + abs rho)))

        let crossings =
            if spread = 0.0 && rho <> 0.0 then
                kinksOfG |> List.map (fun k -> k / rho)
            else
                []

        let outer = rule (kinksOfF @ crossings)

        let inner z =
            if spread = 0.0 then
                g (rho * z)
            else
                let kinks = kinksOfG |> List.map (fun k -> (k - rho * z) / spread)

                let line =
                    if List.isEmpty kinks then
                        standard
                    else
                        ruleOfWidth 1.0 kinks

                mean line (fun w -> g (rho * z + spread * w))

        mean outer (fun z -> f z * inner z)
