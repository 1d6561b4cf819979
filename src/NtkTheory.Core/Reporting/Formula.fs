namespace NtkTheory.Reporting

open System

/// Mathematics as a tree.
type Formula =
    | Row of Formula list
    | Identifier of string
    | Number of string
    | Operator of string
    | Words of string
    | Fraction of Formula * Formula
    | Root of Formula
    /// Base, subscript, superscript.
    | Scripts of Formula * Formula option * Formula option
    /// Base and the mark above it.
    | Accent of Formula * string
    /// A letter in a style that MathML names.
    | Styled of variant: string * text: string
    /// A table with its fences: cases, matrices, aligned lines.
    | Table of left: string * rows: Formula list list * right: string

/// Characters of formulas.
module Symbols =

    /// Commands that stand for one character, with whether it is an operator.
    let named =
        let letters =
            "alpha α beta β gamma γ delta δ varepsilon ε epsilon ε zeta ζ eta η theta θ vartheta ϑ iota ι kappa κ "
            + "lambda λ mu μ nu ν xi ξ pi π rho ρ sigma σ tau τ phi φ varphi φ chi χ psi ψ omega ω Gamma Γ Delta Δ "
            + "Theta Θ Lambda Λ Xi Ξ Pi Π Sigma Σ Phi Φ Psi Ψ Omega Ω ell ℓ infty ∞ partial ∂ nabla ∇ top ⊤ emptyset ∅ hbar ℏ"

        let operators =
            "le ≤ leq ≤ ge ≥ geq ≥ ne ≠ neq ≠ to → rightarrow → mapsto ↦ sum ∑ prod ∏ int ∫ cdot · times × pm ± mp ∓ in ∈ notin ∉ "
            + "forall ∀ exists ∃ approx ≈ sim ∼ simeq ≃ equiv ≡ succeq ⪰ succ ≻ preceq ⪯ prec ≺ otimes ⊗ odot ⊙ circ ∘ langle ⟨ rangle ⟩ "
            + "lfloor ⌊ rfloor ⌋ lceil ⌈ rceil ⌉ Rightarrow ⇒ Leftrightarrow ⇔ iff ⇔ implies ⇒ Longrightarrow ⟹ mid | ldots … dots … "
            + "cdots ⋯ colon : perp ⊥ parallel ∥ angle ∠ cup ∪ cap ∩ subset ⊂ subseteq ⊆ supset ⊃ setminus ∖ ll ≪ gg ≫ lVert ‖ rVert ‖ lvert | rvert | "
            + "vert | Vert ‖ wedge ∧ vee ∨ bigcup ⋃ bigcap ⋂ propto ∝ prime ′ star ⋆ ast ∗ oplus ⊕ not ¬ neg ¬ leftarrow ← downarrow ↓ "
            + "uparrow ↑ lesssim ≲ gtrsim ≳ asymp ≍ stackrel ≝ triangleq ≜ coloneqq ≔ backslash ∖ lbrace { rbrace }"

        let pairs isOperator (text: string) =
            text.Split(' ', StringSplitOptions.RemoveEmptyEntries)
            |> Array.chunkBySize 2
            |> Array.map (fun pair -> pair[0], (pair[1], isOperator))

        Array.append (pairs false letters) (pairs true operators) |> Map.ofArray

    /// Letters of a style as characters of their own, since browsers no longer read the style's name.
    let styled variant (text: string) =
        let exceptions =
            Map.ofList [ "double-struck", "CℂHℍNℕPℙQℚRℝZℤ"; "script", "BℬEℰFℱHℋIℐLℒMℳRℛ" ]

        let offsets =
            Map.ofList [
                "double-struck", 0x1D538
                "script", 0x1D49C
                "bold", 0x1D400
                "sans-serif", 0x1D5A0
            ]

        let letter (c: char) =
            let special = (Map.tryFind variant exceptions |> Option.defaultValue "").IndexOf c

            match Map.tryFind variant offsets with
            | Some _ when special >= 0 && special % 2 = 0 -> exceptions[variant].Substring(special + 1, 1)
            | Some start when c >= 'A' && c <= 'Z' -> Char.ConvertFromUtf32(start + int c - int 'A')
            | Some start when c >= 'a' && c <= 'z' && variant <> "script" ->
                Char.ConvertFromUtf32(start + 26 + int c - int 'a')
            | _ -> c.ToString()

        String.collect letter text
