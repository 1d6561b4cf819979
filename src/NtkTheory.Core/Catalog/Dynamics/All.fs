/// The statements of the dynamics third: quadratic models, catapult, implicit bias, margins, SGD, entropy and widths.
module NtkTheory.Catalog.Dynamics.All

open NtkTheory.Claims

let private first: CatalogItem list = [
    Theorem.pack FeatureLearning.featuresMoveAsPrinted
    Theorem.pack FeatureLearning.featuresMoveTowardsTheLimit
    Theorem.pack Potential.qIsTheIntegralOfTheInverseHyperbolicSine
    Theorem.pack Potential.potentialTendsToTheL1NormAsPrinted
    Theorem.pack Potential.potentialIsTheL1NormTimesTwiceTheLogarithm
    Theorem.pack Potential.scaledPotentialTendsToAWeightedL2Norm
    Theorem.pack ImplicitBias.gradientFlowEndsAtTheMinimizerOfThePotential
    Theorem.pack MaxMargin.leastNormGivesTheLargestMargin
    Theorem.pack MaxMargin.primalAndDualOptimaOfTheSeparatorAgree
    Theorem.pack MarginRate.directionApproachesTheSeparatorAtLogarithmicRate
    Theorem.pack MarginRate.directionApproachesTheSeparatorAtLogarithmicRateRepaired
    Theorem.pack MarginRate.degenerateFlowFollowsLambertsFunction
    Theorem.pack Fluctuation.gradientAlignsWithHalfTheNoise
    Theorem.pack SgdNoise.batchGradientsAreUnbiased
    Theorem.pack SgdNoise.secondMomentOfABatchHasAClosedForm
    Theorem.pack SgdNoise.secondMomentIsCovariancePlusSquaredMean
    Theorem.pack SgdNoise.stepIsDescentPlusCentredNoise
    Theorem.pack SgdNoise.noiseIsProportionalToTheHessianAsPrinted
    Theorem.pack SgdNoise.noiseIsProportionalToTheHessianForEqualResiduals
    Theorem.pack StationaryLaw.quadraticMeansAreKeptByAStep
    Theorem.pack StationaryLaw.meanGradientVanishes
    Theorem.pack StationaryLaw.stationaryCovarianceSolvesALinearEquation
    Theorem.pack StationaryLaw.additiveNoiseGivesLyapunovsEquation
    Theorem.pack EntropicForce.varianceIsAboveHalfTheStep
    Theorem.pack EntropicForce.curvatureDecreasesInMeanAsPrinted
    Theorem.pack EntropicForce.curvatureDecreasesToLeadingOrder
    EntropicForce.descentPrefersQuietPlaces
    Theorem.pack SgdChains.constantStepsLeaveTheUniformLaw
    Theorem.pack SgdChains.largerStepsRepelAsPrinted
    Theorem.pack SgdChains.largerStepsRepelByTheSquare
    Theorem.pack SgdChains.densityIsInverseToTheVariance
    Theorem.pack Entropy.closedFormsAreTheRadiiOfGreedyCovers
    Theorem.pack Widths.randomProjectionsKeepDistances
    Theorem.pack Widths.stableWidthsAreBelowThreeEntropyNumbers
    Theorem.pack Compression.someFunctionIsHardForAllAsPrinted
    Theorem.pack Compression.eachLearnerFailsOnAverage
    Theorem.pack Compression.lipschitzFunctionsAreCompactAsPrinted
    Theorem.pack Compression.lipschitzFunctionsThatVanishAtAPointAreCompact
    Theorem.pack Compression.entropyNumbersDecreaseToZero
    Theorem.pack Compression.entropyNumbersAreErrorsOfCodes
    Theorem.pack WidthsExact.ellipsoidBoundsAgreeWithBoxes
    Theorem.pack WidthsExact.coordinatesAreTheBestEncoder
    Theorem.pack WidthsExact.decodersIntoTheSetAsPrinted
    Theorem.pack WidthsExact.decodersIntoTheSpaceAreNoLossForConvexSets
    Theorem.pack WidthsExact.contractionsOfTheWholeSpaceAsPrinted
    Theorem.pack WidthsExact.contractionsShrinkSomeDistance
    Theorem.pack Extension.lipschitzMapsExtendByOnePoint
    Theorem.pack Extension.packingsCoverAtTheirQuarterRadiusAsPrinted
    Theorem.pack Extension.packingsCoverAtTwiceTheirRadius
    Theorem.pack Extension.lipschitzImagesNeedFewBalls
    Theorem.pack EntropyFromWidths.entropyIsBelowFourWidths
    Theorem.pack EntropyFromWidths.multiscaleEntropyNeedsNoLogarithm
    Theorem.pack EntropyFromWidths.polynomialWidthsGiveEntropyAsPrinted
    Theorem.pack EntropyFromWidths.polynomialWidthsGiveEntropyWithConstants
    Theorem.pack WidthEquivalence.widthsAndEntropyAgreeUpToAConstantAsPrinted
    Theorem.pack WidthEquivalence.widthsAndEntropyHaveTheSamePolynomialOrder
]

/// In the order of the lectures, topic by topic.
let items: CatalogItem list =
    List.concat [
        StabilityEdge.all
        first
        QuadraticModels.all
        QuadraticExpansion.all
        QuadraticFlow.all
        CatapultNetwork.all
        CatapultRecursion.all
        CatapultOutcome.all
        CatapultPlateau.all
        CatapultDivergence.all
        CatapultThreshold.all
        CatapultSpectrum.all
        CatapultOrders.all
        DiagonalModels.all
        PotentialLimits.all
        PointMargin.all
        MarginGeometry.all
        MarginDescent.all
        MarginLimits.all
        MarginScope.all
    ]
