namespace NtkTheory.Reporting

open System.Text.RegularExpressions

/// LaTeX as a line of Unicode, for terminals.
module PlainMath =

    let private symbols = [
        @"\leq", "≤"
        @"\geq", "≥"
        @"\le", "≤"
        @"\ge", "≥"
        @"\neq", "≠"
        @"\ne", "≠"
        @"\to", "→"
        @"\infty", "∞"
        @"\sum", "Σ"
        @"\prod", "Π"
        @"\int", "∫"
        @"\sqrt", "√"
        @"\cdot", "·"
        @"\times", "×"
        @"\pm", "±"
        @"\in", "∈"
        @"\notin", "∉"
        @"\forall", "∀"
        @"\exists", "∃"
        @"\approx", "≈"
        @"\sim", "~"
        @"\equiv", "≡"
        @"\succeq", "⪰"
        @"\succ", "≻"
        @"\preceq", "⪯"
        @"\otimes", "⊗"
        @"\odot", "⊙"
        @"\circ", "∘"
        @"\nabla", "∇"
        @"\partial", "∂"
        @"\langle", "⟨"
        @"\rangle", "⟩"
        @"\lfloor", "⌊"
        @"\rfloor", "⌋"
        @"\lceil", "⌈"
        @"\rceil", "⌉"
        @"\Rightarrow", "⇒"
        @"\Leftrightarrow", "⇔"
        @"\iff", "⇔"
        @"\implies", "⇒"
        @"\mid", "|"
        @"\alpha", "α"
        @"\beta", "β"
        @"\gamma", "γ"
        @"\delta", "δ"
        @"\varepsilon", "ε"
        @"\epsilon", "ε"
        @"\zeta", "ζ"
        @"\eta", "η"
        @"\theta", "θ"
        @"\kappa", "κ"
        @"\lambda", "λ"
        @"\mu", "μ"
        @"\nu", "ν"
        @"\xi", "ξ"
        @"\pi", "π"
        @"\rho", "ρ"
        @"\sigma", "σ"
        @"\tau", "τ"
        @"\phi", "φ"
        @"\varphi", "φ"
        @"\chi", "χ"
        @"\psi", "ψ"
        @"\omega", "ω"
        @"\Gamma", "Γ"
        @"\Delta", "Δ"
        @"\Theta", "Θ"
        @"\Lambda", "Λ"
        @"\Sigma", "Σ"
        @"\Phi", "Φ"
        @"\Psi", "Ψ"
        @"\Omega", "Ω"
        @"\ell", "ℓ"
        @"\ldots", "…"
        @"\dots", "…"
        @"\cdots", "⋯"
        @"\|", "‖"
        @"\{", "{"
        @"\}", "}"
        @"\qquad", "   "
        @"\quad", "  "
        @"\,", " "
        @"\;", " "
        @"\!", ""
        @"\ ", " "
        @"\left", ""
        @"\right", ""
        @"\bigl", ""
        @"\bigr", ""
        @"\Bigl", ""
        @"\Bigr", ""
        @"\big", ""
        @"\Big", ""
        @"\top", "ᵀ"
        @"\colon", ":"
        @"\perp", "⊥"
        @"\cup", "∪"
        @"\cap", "∩"
        @"\subset", "⊂"
        @"\subseteq", "⊆"
        @"\setminus", "∖"
        @"\ll", "≪"
        @"\gg", "≫"
        @"\lVert", "‖"
        @"\rVert", "‖"
        @"\lvert", "|"
        @"\rvert", "|"
        @"\vert", "|"
        @"\Vert", "‖"
        @"\wedge", "∧"
        @"\vee", "∨"
    ]

    let private wrappers =
        @"\\(?:mathrm|mathbb|mathbf|mathcal|text|operatorname|mathsf|mathit|boldsymbol|textbf|textit|emph)\*?\s*\{([^{}]*)\}"

    let private accents =
        @"\\(?:hat|widehat|tilde|widetilde|bar|overline|vec)\s*\{([^{}]*)\}"

    let private fixpoint (rewrite: string -> string) =
        let rec again text =
            let next = rewrite text
            if next = text then text else again next

        again

    /// \frac{a}{b} as a/b, with brackets where a side is more than one letter or number.
    let private fractions text =
        let side (part: string) =
            if Regex.IsMatch(part, @"^[\w\\.]+$") then
                part
            else
                $"({part})"

        Regex.Replace(
            text,
            @"\\[dt]?frac\s*\{([^{}]*)\}\s*\{([^{}]*)\}",
            fun (found: Match) -> side found.Groups[1].Value + "/" + side found.Groups[2].Value
        )

    let private roots text =
        Regex.Replace(
            text,
            @"\\sqrt\s*\{([^{}]*)\}",
            fun (found: Match) ->
                let inside = found.Groups[1].Value
                if inside.Length = 1 then "√" + inside else $"√({inside})"
        )

    let private scripts text =
        let short = Regex.Replace(text, @"([_^])\{([^{} ]{1,2})\}", "$1$2")
        Regex.Replace(short, @"([_^])\{([^{}]*)\}", "$1($2)")

    let private replaceSymbols text =
        let commands =
            Regex.Replace(
                text,
                @"\\(?:[a-zA-Z]+|.)",
                fun (found: Match) ->
                    symbols
                    |> List.tryFind (fst >> (=) found.Value)
                    |> Option.map snd
                    |> Option.defaultValue (found.Value.TrimStart '\\')
            )

        commands

    /// One line of Unicode; what it does not know stays as its name.
    let render (latex: string) =
        let structure =
            fixpoint (fun text ->
                let plain = Regex.Replace(Regex.Replace(text, wrappers, "$1"), accents, "$1^")
                plain |> fractions |> roots |> scripts)

        let words = Regex.Replace(latex.Replace("$", ""), @"\s+", " ")

        (structure words
         |> replaceSymbols
         |> fun text -> Regex.Replace(text, " {2,}", " "))
            .Trim()
