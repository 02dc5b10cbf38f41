package config

import (
	"math/big"
	"regexp"
	"strconv"
	"strings"
)

// Ratio is an exact fraction, written 1/2, 50%, 0.5 or 0,5. The zero Ratio is
// "not given", which is not the same as 0. Two Ratios of one value are ==.
type Ratio struct{ num, den int64 }

// NewRatio is num/den in lowest terms. It panics unless 0 <= num and 0 < den.
func NewRatio(num, den int64) Ratio {
	if num < 0 || den <= 0 {
		panic("config: a ratio is of two counts, the second not 0")
	}
	r := big.NewRat(num, den)
	return Ratio{r.Num().Int64(), r.Denom().Int64()}
}

var (
	fraction = regexp.MustCompile(`^([0-9]{1,9}) ?/ ?([0-9]{1,9})$`)
	decimal  = regexp.MustCompile(`^([0-9]{1,9})(?:[.,]([0-9]{1,7}))?([  \x{202F}]?%)?$`)
)

// ParseRatio reads a fraction of not more than nine digits above and below, or
// a decimal number of up to seven decimals, with or without %. Its error is a
// [Mistake].
func ParseRatio(text string) (Ratio, error) {
	s := strings.TrimSpace(text)
	if m := fraction.FindStringSubmatch(s); m != nil {
		num, den := count(m[1]), count(m[2])
		if den == 0 {
			return Ratio{}, mistake("bad-ratio", text)
		}
		return NewRatio(num, den), nil
	}
	m := decimal.FindStringSubmatch(s)
	if m == nil {
		return Ratio{}, mistake("bad-ratio", text)
	}
	den := int64(1)
	for range m[2] {
		den *= 10
	}
	num := count(m[1])*den + count(m[2])
	if m[3] != "" {
		den *= 100
	}
	return NewRatio(num, den), nil
}

// count reads digits that a pattern has already bounded; none is 0.
func count(digits string) int64 {
	n, _ := strconv.ParseInt(digits, 10, 64)
	return n
}

// IsZero reports whether the ratio was not given. A ratio of 0 was.
func (r Ratio) IsZero() bool { return r.den == 0 }

// Rat is the ratio as an exact number, the caller's to keep; 0 when not given.
func (r Ratio) Rat() *big.Rat {
	if r.IsZero() {
		return new(big.Rat)
	}
	return big.NewRat(r.num, r.den)
}

// String writes 2/3, 0 or 1; nothing when not given.
func (r Ratio) String() string {
	if r.IsZero() {
		return ""
	}
	return r.Rat().RatString()
}

// MarshalText writes the ratio as String does.
func (r Ratio) MarshalText() ([]byte, error) { return []byte(r.String()), nil }

// UnmarshalText reads what [ParseRatio] does, and nothing as "not given".
func (r *Ratio) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*r = Ratio{}
		return nil
	}
	parsed, err := ParseRatio(string(text))
	if err == nil {
		*r = parsed
	}
	return err
}
