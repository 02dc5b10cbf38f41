package meetings

import (
	"encoding/json"
	"math"
	"reflect"
	"testing"
	"time"

	"pgregory.net/rapid"

	"greffier/bot"
)

// An attendance is read back from its stored form as it would be from JSON, which is
// how an earlier version wrote it and is read as well.
func TestAttendanceIsReadBack(t *testing.T) {
	paris := time.FixedZone("", 3600)
	rapid.Check(t, func(t *rapid.T) {
		moment := rapid.OneOf(
			rapid.Just(time.Time{}), rapid.Just(time.Date(1, 2, 3, 4, 5, 6, 7, time.UTC)),
			rapid.Map(rapid.Int64Range(-1e9, 4e9), func(n int64) time.Time { return time.Unix(n, n&0xffff).UTC() }),
			rapid.Map(rapid.Int64Range(0, 4e9), func(n int64) time.Time { return time.Unix(n, 0).In(paris) }),
		)
		a := Attendance{
			Answer: Answer(rapid.SampledFrom([]string{"", "yes", "no", "maybe", "represented", "é\n"}).Draw(t, "answer")), Answered: moment.Draw(t, "answered"),
			Proxy: bot.MemberID(rapid.Uint64().Draw(t, "proxy")), Invited: rapid.Bool().Draw(t, "invited"), Arrived: moment.Draw(t, "arrived"),
			Left: moment.Draw(t, "left"), Word: rapid.String().Draw(t, "word"),
		}
		if rapid.Bool().Draw(t, "polled") {
			a.Free = rapid.SliceOfN(rapid.IntRange(-1, math.MaxInt32), 1, 4).Draw(t, "free")
		}
		data, err := a.MarshalBinary()
		if err != nil {
			t.Fatal(err)
		}
		var back, fromJSON, before Attendance
		if err := back.UnmarshalBinary(data); err != nil {
			t.Fatalf("%v: %+v as %x", err, a, data)
		}
		written, err := json.Marshal(plainAttendance(a))
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(written, (*plainAttendance)(&fromJSON)); err != nil {
			t.Fatal(err)
		}
		if err := before.UnmarshalBinary(written); err != nil || !reflect.DeepEqual(before, fromJSON) {
			t.Fatalf("%v: from JSON it is %+v, want %+v", err, before, fromJSON)
		}
		if !reflect.DeepEqual(back, fromJSON) {
			t.Fatalf("it is %+v, want %+v", back, fromJSON)
		}
		for n := range data {
			var cut Attendance
			_ = cut.UnmarshalBinary(data[:n]) // it may fail, and does not panic
		}
	})
}
