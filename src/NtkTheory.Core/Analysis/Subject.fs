namespace NtkTheory.Analysis

open System
open System.Threading
open MathNet.Numerics.LinearAlgebra
open NtkTheory.Models
open NtkTheory.Numerics
open NtkTheory.Sampling

/// How an analysis is done.
type AnalysisOptions = {
    Activation: Activation
    /// Hidden layers of the kernels that predict.
    Depth: int
    /// The probability with which the theorems may fail.
    Delta: float
    Seed: int
    /// Seeded runs in all of which a conclusion has to hold.
    Runs: int
    /// The most points for the guarantees and the training of networks; more are drawn from.
    SamplePoints: int
    /// The most points for spectra; more are drawn from.
    SpectralPoints: int
    /// The most points for prediction errors, which take eigenvectors; more are drawn from.
    PredictionPoints: int
    /// The largest width that is tried.
    LargestWidth: int
    /// Neurons of the network whose training is shown.
    TrainingWidth: int
    /// Steps of gradient descent.
    Steps: int
    Folds: int
    Workers: int
}

/// What is told of the way, and how the work is stopped.
type Surroundings = {
    /// The linear algebra for eigenvalues and factors.
    Backend: Backend
    /// Is told what is being done.
    Progress: string -> unit
    Cancellation: CancellationToken
}

/// What the labels are.
type LabelKind =
    /// Numbers to be predicted.
    | Regression
    /// The labels of the classes in the file, from the smallest.
    | Classification of labels: float list

/// A data set as the theorems and the regressions want it.
type Subject = {
    Data: Dataset
    Task: LabelKind
    /// n x c: one-hot classes, or the labels less their mean.
    Targets: Matrix<float>
    /// The labels carried linearly to [-1, 1].
    Bounded: float[]
}

/// Preparing what is analyzed.
module Subject =

    /// Classes are whole numbers, at most this many different ones.
    let private mostClasses = 20

    let private task (labels: float[]) =
        let different = labels |> Seq.distinct |> Seq.sort |> List.ofSeq

        if
            different.Length <= mostClasses
            && 2 * different.Length <= labels.Length
            && different |> List.forall Double.IsInteger
        then
            Classification different
        else
            Regression

    let private bounded (labels: float[]) =
        let low, high = Array.min labels, Array.max labels

        if low = high then
            labels |> Array.map (fun _ -> 1.0)
        else
            labels |> Array.map (fun y -> 2.0 * (y - low) / (high - low) - 1.0)

    let private targets task (labels: float[]) : Matrix<float> =
        match task with
        | Regression ->
            let mean = Array.average labels
            Matrix<float>.Build.Dense(labels.Length, 1, fun i _ -> labels[i] - mean)
        | Classification classes ->
            let columns = Array.ofList classes

            Matrix<float>
                .Build.Dense(
                    labels.Length,
                    columns.Length,
                    fun i j -> if labels[i] = columns[j] then 1.0 else 0.0
                )

    let private withTask task (data: Dataset) = {
        Data = data
        Task = task
        Targets = targets task data.Labels
        Bounded = bounded data.Labels
    }

    /// The data set with its targets; at least one point.
    let create (data: Dataset) = withTask (task data.Labels) data

    /// The number of points.
    let count (subject: Subject) = subject.Data.Labels.Length

    /// At most `most` points, drawn by the seed where there are more, with the task of the whole.
    let sample seed most (subject: Subject) =
        if count subject <= most then
            subject
        else
            withTask subject.Task (Dataset.subsample seed most subject.Data)

    /// The class number of each point.
    let classes (subject: Subject) = OneHot.decode subject.Targets

    /// The execution of an analysis.
    let execution (options: AnalysisOptions) surroundings = {
        Execution.workers options.Workers with
            Cancellation = surroundings.Cancellation
    }
