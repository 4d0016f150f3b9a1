/// Lengths as articles have them: log-normal, with a standard deviation of the logarithm of 0.65.
enum LengthTable {
    /// A length whose mean is `mean`; from 0.17 to 3.9 times as much.
    static func length(mean: Int, _ random: inout CrawlRandom) -> Int {
        let quantile = quantiles[random.below(quantiles.count)]
        // Some spread between the quantiles, even around each of them.
        return mean * (quantile * 64 + quantile * random.within(-3...3)) / (64 * 1024)
    }

    /// The middles of 64 equal parts of the distribution in units of 1/1024 of its mean, which is 1024 exactly.
    private static let quantiles = [
        173, 229, 265, 295, 320, 343, 365, 385, 404, 423, 442, 460, 477, 495, 512, 529, 546, 564, 581, 598, 616, 633,
        651, 669, 687, 705, 724, 743, 763, 782, 803, 823, 845, 866, 889, 912, 936, 960, 986, 1012, 1040, 1068, 1098,
        1129, 1162, 1197, 1234, 1272, 1314, 1358, 1405, 1457, 1513, 1574, 1643, 1719, 1806, 1907, 2027, 2173, 2361,
        2621, 3035, 4012,
    ]
}
