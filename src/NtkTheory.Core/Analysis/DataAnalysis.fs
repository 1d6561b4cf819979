namespace NtkTheory.Analysis

open NtkTheory.Models
open NtkTheory.Sampling

/// All that the theory says of a data set.
type DataAnalysis = {
    Options: AnalysisOptions
    Data: DataSummary
    /// Points behind the spectra and the prediction errors.
    SpectralPoints: int
    /// Points behind the prediction errors.
    PredictionPoints: int
    Spectra: SpectrumSummary list
    /// Points behind the guarantees, the learning rates and the training.
    SamplePoints: int
    /// lambda_min of the sample's kernel, with its error.
    SampleSmallest: NtkTheory.Numerics.Estimate
    Guarantees: Guarantee list
    Rates: LearningRates
    Training: TrainingCurve
    Predictions: PredictionErrors list
}

/// The analysis of a data set.
module DataAnalysis =

    /// What is done where nothing is said: three hidden ReLU layers, five runs, delta 0.05.
    let usual = {
        Activation = Relu
        Depth = 3
        Delta = 0.05
        Seed = 0
        Runs = 5
        SamplePoints = 150
        SpectralPoints = 2000
        PredictionPoints = 1000
        LargestWidth = 16384
        TrainingWidth = 2048
        Steps = 200
        Folds = 5
        Workers = 1
    }

    let private spectra
        (options: AnalysisOptions)
        execution
        backend
        (say: string -> unit)
        (subject: Subject)
        =
        let points = subject.Data.Points
        let shape = NetworkKernel.create options.Activation options.Depth
        let norm = (points.RowNorms 2.0).Maximum()

        let radius shape =
            SpectrumSummary.entryRadius shape points.ColumnCount norm

        let single = radius (NetworkKernel.create options.Activation 1)

        let summary name radius make =
            say $"spectrum: {name}"
            SpectrumSummary.create execution backend name radius (make ())

        [
            summary "NTK, hidden layer" (2.0 * single) (fun () ->
                SpectrumSummary.hiddenLayerGram execution options.Activation points)
            summary $"NTK, {options.Depth} hidden layers" (radius shape) (fun () ->
                NetworkKernel.gram execution TangentKernel shape points)
            summary $"NNGP, {options.Depth} hidden layers" (radius shape) (fun () ->
                NetworkKernel.gram execution ProcessKernel shape points)
        ]

    let private predictions
        (options: AnalysisOptions)
        execution
        backend
        (say: string -> unit)
        (subject: Subject)
        =
        let points = subject.Data.Points
        let shape = NetworkKernel.create options.Activation options.Depth

        let errors name (gram: MathNet.Numerics.LinearAlgebra.Matrix<float>) =
            say $"prediction errors: {name}"

            PredictionErrors.create
                execution
                options
                subject
                name
                (KernelSpectrum.ofGramBy execution backend gram)

        [
            errors
                $"NTK, {options.Depth} hidden layers"
                (NetworkKernel.gram execution TangentKernel shape points)
            errors
                $"NNGP, {options.Depth} hidden layers"
                (NetworkKernel.gram execution ProcessKernel shape points)
            errors "RBF, median scale" (PredictionErrors.radialGram execution points)
            errors "ridge on the features" (PredictionErrors.linearGram execution points)
        ]

    let private guarantees (setting: Setting) (curve: TrainingCurve) (say: string -> unit) =
        let check name (make: Setting -> Guarantee) =
            say $"checking {name}"
            make setting

        [
            check "gram/concentration" KernelGuarantees.concentration
            check "gram/concentration, eigenvalues" KernelGuarantees.smallestEigenvalue
            check "convergence/gd-linear-rate" TrainingGuarantees.geometricRate
            check "convergence/gf-bootstrap-lemma6/repaired" TrainingGuarantees.definiteness
            check "convergence/smooth-global" TrainingGuarantees.smoothRate
            check "linearization" (TrainingGuarantees.linearization curve.Distance)
            check "linearization/relu-two-point" (TrainingGuarantees.betweenTwoPoints curve.Distance)
            check "kernel/slln" RateGuarantees.kernel
            check "ntk/no-feature-learning" RateGuarantees.featureLearning
            check "ntk/arora-equivalence" RateGuarantees.equivalence
            check "margin/direction-rate/repaired" MarginGuarantee.direction
        ]

    /// The analysis; `surroundings` are told of each step, and stop it by OperationCanceledException.
    let run (options: AnalysisOptions) surroundings (data: Dataset) =
        let execution = Subject.execution options surroundings

        let say what =
            surroundings.Cancellation.ThrowIfCancellationRequested()
            surroundings.Progress what

        let subject = Subject.create data
        let seed = Seed.ofInt options.Seed |> Seed.split "sample"
        let wide = Subject.sample seed options.SpectralPoints subject
        let few = Subject.sample seed options.SamplePoints subject

        let fewer = Subject.sample seed options.PredictionPoints subject
        let backend = surroundings.Backend
        let spectra = spectra options execution backend say wide
        say "kernel of the sample"
        let setting = Setting.create options execution backend few
        say "training a wide network"
        let curve = TrainingCurve.create setting execution backend options.TrainingWidth
        let guarantees = guarantees setting curve say
        say "the edge of divergence"
        let rates = LearningRates.create setting (min 1024 options.TrainingWidth)

        {
            Options = options
            Data = DataSummary.create subject
            SpectralPoints = Subject.count wide
            PredictionPoints = Subject.count fewer
            Spectra = spectra
            SamplePoints = Subject.count few
            SampleSmallest = setting.Smallest
            Guarantees = guarantees
            Rates = rates
            Training = curve
            Predictions = predictions options execution backend say fewer
        }
