# पहचान बॉट जो कुछ कहता है, हिन्दी में। नियम सेतु की अपनी en.ftl के आरंभ में दिए गए हैं।
#
# शब्दावली: identity officer = पहचान अधिकारी, designation = पदनाम, organisation = संगठन, roster = नामावली, verified = सत्यापित,
# own view = निजी मत, officially = आधिकारिक रूप से, external = बाहरी सर्वर का।

## किसी व्यक्ति के लिए, उस कक्ष के विषय में जिसमें वे हैं

id-told =
    सरकारी कक्ष { $room } में प्रत्येक व्यक्ति से अनुरोध है कि वह बताए कि वह कौन है। कृपया यहाँ लिखें:
    `!id me NAME; DESIGNATION; ORGANISATION` (नाम; पदनाम; संगठन)। उदाहरण: आशा वर्मा; संयुक्त सचिव; गृह मंत्रालय।
id-reminded =
    स्मरण: अभी यह ज्ञात नहीं है कि आप कौन हैं। कृपया यहाँ लिखें: `!id me NAME; DESIGNATION; ORGANISATION`। अन्यथा कुछ समय बाद
    आप कक्ष { $room } पढ़ सकेंगे, पर उसमें लिख नहीं सकेंगे।
id-restricted =
    अब तक यह ज्ञात नहीं है कि आप कौन हैं, इसलिए अब आप कक्ष { $room } पढ़ सकते हैं, पर उसमें लिख नहीं सकते। यहाँ
    `!id me NAME; DESIGNATION; ORGANISATION` लिखते ही आप फिर लिख सकेंगे।
id-asked =
    अब भी यह ज्ञात नहीं है कि आप कौन हैं। कृपया कक्ष { $room } छोड़ दें, या यहाँ `!id me NAME; DESIGNATION; ORGANISATION` लिखें; अन्यथा आपको
    कक्ष से हटा दिया जाएगा।
id-removed =
    आपको कक्ष { $room } से हटा दिया गया है, क्योंकि यह ज्ञात नहीं है कि आप कौन हैं। यहाँ `!id me NAME; DESIGNATION; ORGANISATION` लिखने पर
    आपको फिर आमंत्रित किया जाएगा।
id-removed-reason = यह ज्ञात नहीं है कि आप कौन हैं; बॉट { $bot } को निजी वार्ता में बताया जा सकता है
id-external-asked =
    कक्ष { $room } अन्य सर्वरों के लोगों के लिए खुला नहीं है। कृपया इसे छोड़ दें; अन्यथा आपको हटा दिया जाएगा। यदि आपको लगता है कि यह भूल
    है, तो कक्ष के मॉडरेटर से पूछें।
id-external-removed =
    आपको कक्ष { $room } से हटा दिया गया है: यह अन्य सर्वरों के लोगों के लिए खुला नहीं है। यदि आपको लगता है कि यह भूल है, तो कक्ष के मॉडरेटर
    से पूछें।
id-external-removed-reason = यह कक्ष अन्य सर्वरों के लोगों के लिए खुला नहीं है
id-not-open-to-externals = यह कक्ष अन्य सर्वरों के लोगों के लिए खुला नहीं है
id-restored = धन्यवाद। अब यह ज्ञात है कि आप कौन हैं; आप कक्ष में पहले की तरह लिख सकते हैं।

## किसी व्यक्ति के लिए, उनके बोलने के विषय में

id-no-authority =
    आपका संदेश ऐसा लगता है मानो उसमें सरकार बोल रही हो। यदि आप अधिकृत नहीं हैं, तो कृपया बताएँ कि यह आपका निजी मत है; जो अधिकृत
    हैं, वे पहले `!id official SUBJECT` लिखते हैं।
id-official-over = जितने समय के लिए आप आधिकारिक रूप से बोल रहे थे, वह समाप्त हो गया है। अब आप जो लिखेंगे, वह आपका निजी मत होगा।
id-claim-ends = आपके विषय में जो ज्ञात है, वह { $day } तक मान्य है। कृपया उसे फिर बताएँ: `!id me NAME; DESIGNATION; ORGANISATION`।
id-verified-you = पहचान अधिकारी ने आपकी पहचान सत्यापित कर दी है: **{ $name }**।
id-refused-you = पहचान अधिकारी आपकी पहचान सत्यापित नहीं कर सके: { $why }। आप `!id me` से उसे फिर बता सकते हैं।

## संदेशों की प्रतियों के साथ

id-badge = [आधिकारिक: { $subject }]
id-disclaimer = यह लेखक का निजी मत है, सरकार का नहीं।

## आदेशों के उत्तर

id-not-in-use = इस संस्थापन में किसी से परिचय नहीं माँगा जाता। व्यवस्थापक इसे `bots.identity` में तय कर सकते हैं।
id-help = `!id me NAME; DESIGNATION; ORGANISATION` से बताएँ कि आप कौन हैं · `!id who @USER` से जानें कि कोई कौन है · `!setu language hi`
id-help-room =
    यहाँ यह भी: `!id official SUBJECT for 2h` और `!id personal`, जो अधिकृत हैं उनके लिए; मॉडरेटरों के लिए `!id room`,
    `!id preview`, `!id undo @USER`
id-help-officer = अधिकारियों के लिए: `!id pending` · `!id verify @USER` · `!id refuse @USER WHY` · `!id roster`
id-me-usage =
    `!id me NAME; DESIGNATION; ORGANISATION` लिखें, और चाहें तो पीछे `; OFFICE` भी। उदाहरण:
    आशा वर्मा; संयुक्त सचिव; गृह मंत्रालय।
id-me-odd = इसे नाम के रूप में नहीं दिखाया जा सकता: { $why }।
id-too-long = प्रत्येक भाग में अधिक से अधिक { $most } अक्षर हो सकते हैं
id-unseen-sign = इसमें एक ऐसा चिह्न है जो दिखाई नहीं देता ({ $sign }); कृपया प्रतिलिपि के बिना फिर टाइप करें
id-in-roster = आप नामावली में पहले से हैं: { $name }। यदि यह सही नहीं है, तो नामावली रखने वालों को बताएँ।
id-claimed = दर्ज किया गया: **{ $name }**। पहचान अधिकारी इसे सत्यापित करेंगे।
id-nothing-pending = सत्यापन के लिए कोई प्रतीक्षा में नहीं है।
id-pending-line = { $user } का कहना है: **{ $name }**, { $day } को
id-pending-line-rivals = { $user } का कहना है: **{ $name }**, { $day } को; यही इनके विषय में ज्ञात है, या ये भी कहते हैं: { $others }
id-verify-usage = `!id verify @USER` लिखें, और चाहें तो अवधि भी: `!id verify @USER for 90d`।
id-refuse-usage = `!id refuse @USER WHY` लिखें।
id-no-claim = उस व्यक्ति का ऐसा कोई कथन नहीं है जो सत्यापन की प्रतीक्षा में हो; `!id pending` से नाम मिलते हैं।
id-claim-changed =
    आपने जब पिछली बार देखा था, उसके बाद { $user } ने कुछ और लिखा है: **{ $name }**। `!id pending` से फिर देखें, फिर निर्णय लें।
id-not-oneself = अपने विषय में कही बात कोई स्वयं सत्यापित नहीं करता; यह किसी और अधिकारी को करना होगा।
id-claimed-by-others =
    यही इनके विषय में ज्ञात है, या ये भी कहते हैं: { $others }। यदि फिर भी { $user } ही ठीक है, तो `!id verify @USER anyway` लिखें।
id-verified = { $days ->
        [one] एक दिन के लिए सत्यापित
       *[other] { $days } दिनों के लिए सत्यापित
    }: { $user } = **{ $name }**।
id-refused = अस्वीकार किया गया; { $user } को कारण बता दिया जाएगा।
id-who-usage = `!id who @USER` लिखें, पूरी Matrix आईडी के साथ, जैसे `@asha:nic.example`।
id-who-unknown = { $user } ने नहीं बताया है कि वे कौन हैं।
id-who-claimed = { $user } का कहना है: **{ $name }**। इसे किसी ने सत्यापित नहीं किया है।
id-who-verified = { $user } = **{ $name }**, सत्यापित।
id-who-external = वे ऐसे सर्वर से हैं जो सरकार का नहीं है।
id-who-resembles = सावधान: उनका नाम { $official } जैसा है, जो कोई और हैं।
id-official-usage =
    `!id official SUBJECT` या `!id official SUBJECT for 2h` लिखें; विषय में अधिक से अधिक { $most } अक्षर हो सकते हैं।
id-official-too-long = एक बार में अधिक से अधिक { $longest } तक आधिकारिक रूप से बोला जा सकता है।
id-official-begun = { $time } तक आप इस कक्ष में **{ $subject }** पर आधिकारिक रूप से बोल रहे हैं। `!id personal` से यह समाप्त होता है।
id-personal = अब आप फिर अपनी ओर से बोल रहे हैं।
id-personal-already = आप अपनी ही ओर से बोल रहे हैं; कुछ बदला नहीं गया।
id-room =
    पहचान: { $enforce }, पर्याप्त: { $enough } · अन्य सर्वरों के लोग: { $externals } · सूचनाएँ: { $notices } ·
    सार्वजनिक: { $public }। बदलने के लिए: `!id room KEY VALUE`।
id-room-usage = `!id room KEY VALUE` या `!id room reset` लिखें। उपलब्ध हैं: { $choices }
id-not-of-two = दो व्यक्तियों की वार्ता के अपने कोई नियम नहीं होते।
id-preview-nobody = यहाँ कोई सीढ़ी पर नहीं है: सबकी पहचान ज्ञात है, या उनसे कुछ अपेक्षित नहीं है।
id-preview-line = { $user }: { $now }; आगे { $next }, { $when } को
id-preview-end = { $user }: { $now }; आगे कुछ नहीं होगा
id-preview-more = { $times ->
        [one] … और एक।
       *[other] … और { $times }।
    }
id-undo-usage = `!id undo @USER` लिखें।
id-undo-nothing = उस व्यक्ति के साथ यहाँ कुछ नहीं किया गया था।
id-undone = वापस लिया गया। { $user } यहाँ लिख सकते हैं, और अब उनसे कुछ नहीं कहा जाएगा।
id-roster = नामावली में { $people ->
        [one] एक व्यक्ति
       *[other] { $people } व्यक्ति
    }, { $problems ->
        [one] एक टिप्पणी
       *[other] { $problems } टिप्पणियाँ
    }।
id-roster-problem = { $problem }
id-roster-accepted = अगली बार देखने पर नामावली जैसी है वैसी ही मानी जाएगी।

## चरण, वाक्य के भाग के रूप में

id-step-none = अभी कुछ नहीं
id-step-told = बताया गया
id-step-reminded = स्मरण कराया गया
id-step-restricted = लिखने पर रोक
id-step-asked = कक्ष छोड़ने को कहा गया
id-step-removed = हटाया गया

## सुरक्षा कक्ष और प्रशासकों के लिए

id-resembles = { $person } का नाम { $official } जैसा है, जो कोई और हैं: { $how }
id-how-invisible = न दिखने वाले चिह्नों के साथ
id-how-confusable = दूसरे अक्षरों जैसे दिखने वाले अक्षरों के साथ
id-how-title = वही नाम, उपाधि या पद के साथ
id-how-same-name = वही नाम
id-same-picture = { $person } ने { $official } का चित्र लगाया है, जो कोई और हैं
id-would = { $link } में केवल अनुकरण: किसी के साथ यह होता: { $step }
id-powerless = { $bot } को { $room } में लोगों को रोकने की अनुमति नहीं है: वहाँ इसके लिए अधिकार-स्तर { $level } चाहिए
id-crowded =
    { $room } में लोगों को रोका नहीं जा सकता: जिन पर रोक है वे { $restricted } हैं और जो लिख सकते हैं वे { $others }; इतने नाम दिए नहीं
    जा सकते
id-claims-wait = { $number ->
        [one] एक व्यक्ति
       *[other] { $number } व्यक्ति
    } सत्यापन की प्रतीक्षा में: `!id pending` से नाम मिलते हैं
id-roster-wrong = { $times ->
        [one] नामावली में एक त्रुटि है
       *[other] नामावलियों में { $times } त्रुटियाँ हैं
    }: { $first }
