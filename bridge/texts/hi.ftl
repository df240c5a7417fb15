# सेतु कक्षों में जो कुछ कहता है, हिन्दी में। नियम en.ftl के आरंभ में दिए गए हैं।
#
# शब्दावली: room = कक्ष, link = लिंक, message = संदेश, record = अभिलेख, administrator = प्रशासक, moderator = मॉडरेटर,
# homeserver = होमसर्वर, encrypted = एन्क्रिप्टेड, key = कुंजी, device = उपकरण, client = ऐप, invitation = आमंत्रण,
# configuration = विन्यास, hub = हब, department = विभाग, alarm = चेतावनी, other side = दूसरा पक्ष।
# पाठक को सदा "आप" कहा जाता है; जिसका उल्लेख है उसके लिंग का अनुमान नहीं लगाया जाता।

## कक्ष में उपस्थित सभी के लिए

linked =
    यह कक्ष **{ $organisation }** से जुड़ा हुआ है। यहाँ जो कुछ लिखा जाता है, वह प्रत्येक लेखक के अपने नाम से वहाँ
    पहुँचाया जाता है और अभिलेख में रखा जाता है।
unencrypted =
    यहाँ जो कुछ लिखा जाता है, वह एन्क्रिप्टेड है। **{ $organisation }** में उसकी प्रति एन्क्रिप्टेड नहीं है: वहाँ के
    होमसर्वर का संचालन करने वाले उसे पढ़ सकते हैं।
unreadable =
    इस कक्ष के कुछ संदेश { $bot } द्वारा पढ़े नहीं जा सकते, क्योंकि उनके लेखकों के उपकरणों ने उसे कुंजी नहीं दी है। ये
    संदेश दूसरे पक्ष तक नहीं पहुँचाए जाते, और अभिलेख में केवल अपठनीय संदेशों के रूप में रहते हैं। यदि लेखक अपने ऐप में
    यह कक्ष एक बार फिर खोलें या दोबारा लिखें, तो यह समस्या अपने आप दूर हो जाएगी।
came-in =
    इस कक्ष से अभी कुछ भी नहीं पहुँचाया जाता। जो प्रशासक इस कक्ष के मॉडरेटर भी हों, वे लिंक का अनुरोध कर सकते हैं:
    `!setu link NAME`।

## उस व्यक्ति के लिए जिसका लिखा नहीं पहुँचा

not-carried =
    { $name }, आपका संदेश **{ $organisation }** तक नहीं पहुँचाया गया: { $why }। इस कक्ष में उपस्थित लोग उसे पढ़ सकते
    हैं; वहाँ कोई नहीं पढ़ सकता।
not-carried-again = { $times ->
        [one] { $name }, आपका एक संदेश **{ $organisation }** तक नहीं पहुँचाया गया: { $why }।
       *[other] { $name }, आपके { $times } संदेश **{ $organisation }** तक नहीं पहुँचाए गए: { $why }।
    }

## क्यों नहीं पहुँचा: वाक्य का अंतिम भाग। "वहाँ" अर्थात दूसरे पक्ष का कक्ष

why-forbidden = वहाँ के कक्ष में आपको लिखने की अनुमति नहीं है
why-too-large = उसका आकार बहुत बड़ा है
why-too-large-for =
    उसका आकार बहुत बड़ा है; वहाँ कोई फ़ाइल अधिक से अधिक { NUMBER($mebibytes, maximumSignificantDigits: 3) } MiB की हो
    सकती है
why-limit-exceeded = एक साथ बहुत अधिक संदेश भेजे गए
why-no-counterpart = जिस संदेश से वह संबंधित है, वह वहाँ उपलब्ध नहीं है
why-not-encrypted = वहाँ का कक्ष एन्क्रिप्टेड नहीं है, और यहाँ लिखी गई बातें दूसरों के पढ़ने के लिए नहीं हैं
why-unknown = वहाँ के होमसर्वर ने उसे अस्वीकार कर दिया

## चेतावनियाँ, प्रशासकों के लिए उनके कक्ष में

alarm = **चेतावनी**: { $what }
alarm-times = **चेतावनी**: { $what } ({ $times }×)
alarm-over = **समाप्त**: { $what }

unreachable = { $homeserver } से संपर्क नहीं हो पा रहा है
cannot-deliver =
    { $homeserver } हम तक कुछ नहीं पहुँचा पा रहा है: { $error }; पंजीकरण फ़ाइल के url और टोकन का मिलान कीजिए
cannot-be-asked = { $homeserver } से यह पूछा नहीं जा सका कि वह हम तक पहुँच पाता है या नहीं: { $error }
not-understood-json = { $homeserver }: ट्रांज़ैक्शन { $transaction } वैध JSON नहीं था
not-understood-large = { $homeserver }: ट्रांज़ैक्शन { $transaction } बहुत बड़ा था
entry-set-aside = { $follower } ने कक्ष { $room } की एक प्रविष्टि अलग रख दी: { $reason }
unknown-signer =
    कक्ष { $room } में किसी ऐसे ब्रिज की प्रतियाँ आ रही हैं जिसकी कुंजी `mirror.trusted_signers` में नहीं है
linked-twice = कक्ष { $room } को कोई दूसरा ब्रिज भी उसी कक्ष से जोड़ रहा है: जो कुछ लिखा जाता है, वह दो बार पहुँचता है
forged-replacement =
    { $sender } ने ऐसा ईवेंट लिखा है जो कक्ष { $room } के प्रतिस्थापन जैसा दिखता है, पर वह वास्तविक प्रतिस्थापन नहीं है
declined =
    { $homeserver }: { $sender } ने बॉट को { $room } में आमंत्रित किया, पर आमंत्रण अस्वीकार कर दिया गया; कौन आमंत्रित कर
    सकता है, यह `invite_from` में दिया गया है
put-out = { $bot } को { $room } से बाहर कर दिया गया: { $why }; उसे फिर से आमंत्रित कीजिए, या कक्ष का लिंक हटा दीजिए
unhandled = { $link }: { $homeserver } में लिखी गई बातें { $limit } सेकंड से अधिक समय से प्रतीक्षा में हैं
parked = { $link }: { $homeserver } में कुछ भी आगे नहीं बढ़ रहा: { $why }
dead-letters = कुछ संदेश और अन्य आदेश अंतिम रूप से अस्वीकार कर दिए गए; `setu status` उनकी सूची देता है
gaps = ज्ञात है कि कुछ छूट गया है या अलग रखा गया है; `setu status` उसकी संख्या बताता है, `setu reconcile` उसे खोजता है
waits-at = { $homeserver }: { $why }
media-folder = फ़ाइलें `media.folder` में नहीं रखी जा रही हैं: { $why }; पहले उसे ठीक कीजिए, फिर `setu retry` चलाइए
not-followed = { $homeserver }: { $old } के स्थान पर बताए गए नए कक्ष को नहीं अपनाया गया: { $why }
kept-words = { $text }

## किसी कक्ष में कुछ आगे क्यों नहीं बढ़ रहा

declined-invitation = आमंत्रण अस्वीकार किया गया
removed-by = { $sender } ने हटाया
banned-by = { $sender } ने प्रतिबंधित किया
invite-it = { $bot } को { $room } में आमंत्रित कीजिए
invite-into-replacement = { $bot } को { $room } में आमंत्रित कीजिए, जो { $old } के स्थान पर बना है
replaced-by = इसके स्थान पर { $room } बना है
replaced-another = { $room } किसी दूसरे कक्ष के स्थान पर बना है
room-opening = कक्ष खोला जा रहा है
room-left = बॉट कक्ष में नहीं है
room-left-why = बॉट कक्ष में नहीं है: { $why }
room-uninvited = प्रवेश की प्रतीक्षा है
room-uninvited-why = प्रवेश की प्रतीक्षा है: { $why }
not-taken = { $times ->
        [one] होमसर्वर अगला संदेश नहीं ले रहा है ({ $times } बार प्रयास किया गया)
       *[other] होमसर्वर अगला संदेश नहीं ले रहा है ({ $times } बार प्रयास किया गया)
    }

## जो कक्ष किसी दूसरे के स्थान पर बना बताया गया, उसे क्यों नहीं अपनाया गया

replacement-no-tombstone = कक्ष में प्रतिस्थापन-सूचना (tombstone) नहीं है
replacement-another = कक्ष की प्रतिस्थापन-सूचना (tombstone) कोई दूसरी है
replacement-no-power = { $sender } को यह कक्ष बदलने का अधिकार नहीं है
replacement-elsewhere = { $homeserver } पर { $room } कोई दूसरा कक्ष नहीं है
replacement-taken = { $room } पहले से किसी लिंक का छोर है
replacement-no-invitation = नए कक्ष में बॉट को किसी ने आमंत्रित नहीं किया
replacement-inside = { $room }: { $why }
replacement-no-beginning = उसका आरंभिक ईवेंट नहीं मिला
replacement-names-no-old = वह पुराने कक्ष को अपना पूर्ववर्ती नहीं बताता
replacement-made-elsewhere = वह किसी दूसरे होमसर्वर पर बनाया गया था
replacement-made-by = वह { $sender } द्वारा बनाया गया था, जिन्हें पुराना कक्ष बदलने का अधिकार नहीं है
replacement-other-kind = वह किसी और प्रकार का कक्ष है
replacement-unknown-end = वह पुराने कक्ष के जिस ईवेंट का उल्लेख करता है, वैसा कोई ईवेंट वहाँ नहीं है

## आदेश: क्या-क्या कहा जा सकता है। `code` में लिखा वैसे ही टाइप किया जाता है; NAME आदि के स्थान पर पाठक अपना लिखते हैं

help-admin-room =
    `!setu links` · `status [NAME]` · विभाग के अनुरोध पर `accept NAME` या `refuse NAME` · `pause NAME`, `resume NAME` ·
    `unlink NAME` · `language LANGUAGE` आपकी भाषा · `room-language LANGUAGE` इस कक्ष की भाषा
help-department =
    `!setu link NAME [HUB_ROOM_ID]` हब से इस कक्ष के लिंक का अनुरोध करता है · `refuse NAME` वह अनुरोध वापस लेता है ·
    `links` · `status` · `pause NAME`, `resume NAME` · `unlink NAME` · `language LANGUAGE` आपकी भाषा ·
    `room-language LANGUAGE` इस कक्ष की भाषा
help-hub =
    `!setu links` · `status` · `pause NAME`, `resume NAME` · `unlink NAME` · `language LANGUAGE` आपकी भाषा ·
    `room-language LANGUAGE` इस कक्ष की भाषा

## जिन आदेशों का पालन नहीं किया जाता

denied-not-admin = यह अनुरोध केवल वे प्रशासक कर सकते हैं जिनके नाम सेतु के विन्यास में दिए गए हैं।
denied-no-role = आपकी भूमिका में यह अनुरोध करने की अनुमति नहीं है।
denied-not-here = यह अनुरोध इस कक्ष में नहीं किया जा सकता; `{ $word } help` बताता है कि यहाँ क्या किया जा सकता है।
denied-no-power = इसके लिए इस कक्ष का मॉडरेटर होना आवश्यक है (अधिकार-स्तर { $power })।
denied-not-of-this-room = इस कक्ष में इस नाम का कोई लिंक नहीं है; `!setu links` बताता है कि कौन-से लिंक हैं।

## लिंक का अनुरोध

link-usage =
    `!setu link NAME` या `!setu link NAME HUB_ROOM_ID` लिखिए। नाम में केवल a-z, 0-9, `.`, `_` और `-` हो सकते हैं; कक्ष
    की पहचान `!` से आरंभ होती है।
proposed =
    अनुरोध भेज दिया गया है। **{ $organisation }** के किसी प्रशासक को इसे स्वीकार करना होगा: `!setu accept { $name }`।
proposal = **{ $organisation }** से { $sender } का अनुरोध है कि कक्ष { $room } को **{ $name }** नाम से { $hub_room } के
    साथ जोड़ा जाए। सहमति के लिए: `!setu accept { $name }`; अन्यथा `!setu refuse { $name }`।
new-room = एक नए कक्ष
asked-already = **{ $name }** का अनुरोध पहले ही किया जा चुका है और प्रतीक्षा में है; `!setu refuse { $name }` उसे वापस
    लेता है।
accepted = **{ $name }** जोड़ दिया गया है।
refused = **{ $name }** अस्वीकार किया गया; कुछ भी नहीं जोड़ा गया।
refused-there = { $sender } ने लिंक **{ $name }** अस्वीकार किया; कुछ भी नहीं जोड़ा गया।
no-proposal = इस नाम का कोई अनुरोध सहमति की प्रतीक्षा में नहीं है; `!setu links` बताता है कि कौन-से हैं।
asked-by-nobody = { $sender } ने यह अनुरोध किया था, पर अब उन्हें इसका अधिकार नहीं है। कुछ भी नहीं जोड़ा गया।
no-admin-room =
    सहमति किससे ली जाए, यह तय नहीं है: सेतु के विन्यास में `admin_room` नहीं दिया गया है, या बॉट को उसमें आमंत्रित नहीं
    किया गया है।
not-entered = { $bot } अब विभाग के कक्ष में नहीं है; पहले उसे आमंत्रित कीजिए।
room-linked = यह कक्ष पहले से **{ $name }** नाम से जुड़ा हुआ है।
name-taken = **{ $name }** नाम का कोई दूसरा लिंक है या था; कृपया कोई और नाम चुनिए।
room-is-itself = वह यही कक्ष है।
room-not-to-be-linked = वह कक्ष जोड़ा नहीं जा सकता।
room-not-entered =
    { $bot } इस पहचान वाले किसी कक्ष में नहीं है। कक्ष की पहचान अक्षरशः मिलनी चाहिए; जिन्हें वहाँ अधिकार हो, वे पहले उसे
    आमंत्रित करें।

## जो लिंक रुके हैं या समाप्त हुए

no-link = इस नाम का कोई लिंक नहीं है; `!setu links` बताता है कि कौन-से लिंक हैं।
in-configuration = **{ $name }** विन्यास में दिया गया है और स्थायी रूप से केवल वहीं से हटाया जा सकता है। सेतु के फिर से
    आरंभ होने तक वह रोक दिया गया है।
unlinked = **{ $name }** अब जुड़ा हुआ नहीं है। कुछ भी मिटाया नहीं गया: दोनों कक्ष और अभिलेख यथावत रहेंगे।
unlinked-there =
    { $sender } ने लिंक **{ $name }** समाप्त कर दिया। कुछ भी मिटाया नहीं गया: यह कक्ष और अभिलेख यथावत रहेंगे।
paused = **{ $name }** रोक दिया गया है। अब से जो लिखा जाएगा, वह न अभी पहुँचाया जाएगा और न बाद में; वह अभिलेख में रहेगा।
    `!setu resume { $name }` से लिंक फिर चालू होगा।
paused-there =
    { $sender } ने लिंक **{ $name }** रोक दिया: अब से जो लिखा जाएगा, वह नहीं पहुँचाया जाएगा; वह अभिलेख में रहेगा।
paused-already = **{ $name }** पहले से रुका हुआ है।
not-paused = **{ $name }** रुका हुआ नहीं है।
paused-by-others = **{ $name }** अब भी दूसरे पक्ष ने रोक रखा है; उसे केवल वही फिर चालू कर सकता है।
resumed = **{ $name }** फिर चालू है। इस बीच जो संदेश नहीं पहुँचाए गए, उनकी संख्या: { $times }।
resumed-there =
    { $sender } ने लिंक **{ $name }** फिर चालू कर दिया। इस बीच जो संदेश नहीं पहुँचाए गए, उनकी संख्या: { $times }।

## लिंकों की स्थिति: प्रत्येक लिंक की एक पंक्ति, और उसके प्रत्येक कक्ष की एक

link-line = **{ $name }**: { $state } · { $room } · { $hub_room }
link-open = चालू
link-opening = आरंभ हो रहा है
link-parked = अवरुद्ध
link-paused-by-department = विभाग द्वारा रोका गया
link-paused-by-hub = हब द्वारा रोका गया
link-paused-by-both = विभाग और हब दोनों द्वारा रोका गया
no-room-yet = (अभी कोई कक्ष नहीं)
side-line =
    { $homeserver }: पहुँचाए गए { $mirrored } · सबसे पुराना लंबित { $oldest } · भेजने को शेष { $depth } · अंतिम रूप से
    अस्वीकृत { $dead }
side-line-parked = { $line } · { $parked }
waits-seconds = { $seconds } सेकंड
waits-nothing = कोई नहीं
proposal-line = **{ $name }**: { $sender } का अनुरोध, सहमति की प्रतीक्षा में
no-links = कोई लिंक नहीं है।
more-lines = { $times ->
        [one] … और { $times } पंक्ति; पूरा विवरण `setu status` बताता है।
       *[other] … और { $times } पंक्तियाँ; पूरा विवरण `setu status` बताता है।
    }

## भाषा चुनना। $languages: भाषाओं के छोटे नाम, जैसे en, hi

language-usage =
    अपने लिए `!setu language LANGUAGE` लिखिए, या कक्ष के लिए `!setu room-language LANGUAGE`; `default` से चुनाव वापस
    लिया जाता है। सेतु की भाषाएँ: { $languages }।
language-unknown = सेतु { $language } में संदेश नहीं देता; उसकी भाषाएँ: { $languages }।
language-chosen = अब से सेतु आपको हिन्दी में संदेश देगा।
room-language-chosen = अब से सेतु इस कक्ष में हिन्दी में संदेश देगा।
