namespace NtkTheory.Models

/// How far neurons of a two-layer ReLU network may go from their start in training, by Song's lemmas: n unit points, m
/// neurons, lambda = lambda_min of the limit Gram matrix, and the residual ||y - u(0)||.
module NeuronReach =

    /// D_cts as Lemma 5 prints it: sqrt n ||y - u(0)|| / (sqrt m lambda). Too small by the factor 2.
    let flowAsPrinted count width (lambda: float) (residual: float) =
        sqrt (float count) * residual / (sqrt (float width) * lambda)

    /// While lambda_min(H) >= lambda / 2 under gradient flow: 2 sqrt n ||y - u(0)|| / (sqrt m lambda).
    let flow count width lambda residual =
        2.0 * flowAsPrinted count width lambda residual

    /// The sum over i >= 0 of (1 - eta lambda / 2)^(i/2) = 1 / (1 - sqrt(1 - eta lambda / 2)).
    let powerSum (eta: float) (lambda: float) =
        let part = 0.5 * eta * lambda
        // without cancellation for small steps
        (1.0 + sqrt (1.0 - part)) / part

    /// While the squared residual shrinks by 1 - eta lambda / 2 a step of gradient descent:
    /// eta sqrt(n / m) ||y - u(0)|| times the sum of the powers.
    let descent eta count width lambda (residual: float) =
        eta * sqrt (float count / float width) * residual * powerSum eta lambda

    /// The rounder 4 sqrt n ||y - u(0)|| / (sqrt m lambda) of Lemma 8, at most that much above the other for small eta.
    let descentAsPrinted count width lambda residual =
        4.0 * flowAsPrinted count width lambda residual
