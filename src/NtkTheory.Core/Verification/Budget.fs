namespace NtkTheory.Verification

/// How much work a verdict may cost, before each claim's own effort factors.
type Budget = {
    Name: string
    /// Random instances of a deterministic claim; other kinds take a fixed part of it.
    Instances: int
    /// Draws at an instance in the deciding test of a probabilistic claim, an expectation or a law.
    Draws: int
    /// Steps of the climb towards the bound.
    Climb: int
    /// Candidates tried while a counterexample is shrunk.
    Shrinks: int
}

/// The budgets that have names.
module Budget =

    /// A look, in seconds.
    let smoke = {
        Name = "smoke"
        Instances = 40
        Draws = 500
        Climb = 40
        Shrinks = 200
    }

    /// What a verdict is worth by default.
    let standard = {
        Name = "standard"
        Instances = 100
        Draws = 2000
        Climb = 100
        Shrinks = 500
    }

    /// Ten times the standard.
    let thorough = {
        Name = "thorough"
        Instances = 1000
        Draws = 20000
        Climb = 1000
        Shrinks = 2000
    }

    /// A budget's counts for a claim of the given effort.
    let forEffort (effort: NtkTheory.Claims.Effort) budget =
        let times factor count =
            max 1 (int (System.Math.Round(factor * float count)))

        {
            budget with
                Instances = times effort.Instances budget.Instances
                Climb = times effort.Instances budget.Climb
                Draws = times effort.Draws budget.Draws
        }
